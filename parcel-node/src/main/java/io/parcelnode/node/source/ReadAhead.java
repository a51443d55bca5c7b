package io.parcelnode.node.source;

import java.util.concurrent.TimeUnit;

/**
 * How far ahead of its reader a file is read: as much as the reader takes in two to eight seconds. One that takes
 * little keeps little in memory, and is not fetched what it may never take. Not thread-safe.
 */
final class ReadAhead {
    static final long START_BYTES = 4 << 20;
    private static final long MIN_BYTES = 1 << 20;
    /** Half a window taken in less than this is quick. */
    private static final long QUICK_NS = TimeUnit.SECONDS.toNanos(1);

    private static final long SLOW_NS = TimeUnit.SECONDS.toNanos(4);

    private final long maxBytes;
    private long windowBytes;
    private long markNs;
    private long takenBytes;

    /** @param startBytes where a reader begins of whom nothing is known, or what was right a moment ago */
    ReadAhead(long nowNs, long startBytes, long maxBytes) {
        this.maxBytes = maxBytes;
        windowBytes = Math.min(maxBytes, startBytes);
        markNs = nowNs;
    }

    long windowBytes() {
        return windowBytes;
    }

    void onTaken(long nowNs, int bytes) {
        takenBytes += bytes;
        if (takenBytes < windowBytes / 2) {
            return;
        }
        long passedNs = nowNs - markNs;
        if (passedNs < QUICK_NS) {
            windowBytes = Math.min(maxBytes, 2 * windowBytes);
        } else if (passedNs > SLOW_NS) {
            windowBytes = Math.min(windowBytes, Math.max(MIN_BYTES, windowBytes / 2));
        }
        markNs = nowNs;
        takenBytes = 0;
    }
}
