package io.parcelnode.node.get;

import io.parcelnode.node.cli.ExitCode;
import java.util.List;

/**
 * How a run ended.
 *
 * @param dryRun nothing was to be downloaded
 * @param bottleneck null if there is nothing to say
 * @param path at the end, null if there was none
 */
record RunSummary(List<Outcome> outcomes, double seconds, boolean dryRun, Bottleneck bottleneck, PathFigures path) {
    long ok() {
        return outcomes.stream().filter(Outcome::isOk).count();
    }

    long already() {
        return outcomes.stream()
                .filter(outcome -> outcome.download().isAlready())
                .count();
    }

    /** Those that were still wanted when the run was told to end. */
    long interrupted() {
        return outcomes.stream()
                .filter(outcome -> outcome.code() == ExitCode.INTERRUPTED)
                .count();
    }

    /** Of the files that are here. */
    long okBytes() {
        return outcomes.stream()
                .filter(Outcome::isOk)
                .mapToLong(outcome -> outcome.download().sizeBytes())
                .sum();
    }

    /** That crossed the network. */
    long fetchedBytes() {
        return outcomes.stream()
                .mapToLong(outcome -> outcome.download().fetchedBytes())
                .sum();
    }
}
