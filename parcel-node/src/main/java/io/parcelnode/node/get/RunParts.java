package io.parcelnode.node.get;

import java.nio.file.Path;
import java.util.Set;

/**
 * What the workers of one run share; each part is thread-safe.
 *
 * @param folders those that have got files whose names may not be on the disk yet
 * @param onProgress called whenever anything moves on
 */
record RunParts(
        RunOptions options,
        Placement placement,
        FinishedFiles finished,
        Tokens tokens,
        BusyServer busy,
        Reporter reporter,
        Set<Path> folders,
        FileTimes times,
        Disk disk,
        Runnable onProgress) {
    /** The server has answered a request with this token. */
    void onServed(String token) {
        tokens.onAccepted(token);
        busy.onServed();
    }
}
