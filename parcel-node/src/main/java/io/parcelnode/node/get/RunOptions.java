package io.parcelnode.node.get;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What the user asks of a run.
 *
 * @param folder where to
 * @param home keeps the records of finished files
 * @param giveUpAfter longest time without progress
 * @param jobs large files in flight at once
 * @param recheck read finished files again
 * @param dryRun fetch nothing, only say what would be done
 */
public record RunOptions(Path folder, Path home, Duration giveUpAfter, int jobs, boolean recheck, boolean dryRun) {
    static final int JOBS = 4;

    public RunOptions(Path folder, Path home, Duration giveUpAfter) {
        this(folder, home, giveUpAfter, JOBS, false, false);
    }
}
