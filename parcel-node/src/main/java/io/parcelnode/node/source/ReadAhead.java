package io.parcelnode.node.source;

import java.util.concurrent.TimeUnit;

/**
 * How far ahead of its reader a file is read: twice what the reader takes in a second, about. A reader that takes
 * little keeps little in memory; one that has to wait although it is quick gets more. Not thread-safe.
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
    private boolean starved;

    ReadAhead(long nowNs, long maxBytes) {
        this.maxBytes = maxBytes;
        windowBytes = Math.min(maxBytes, START_BYTES);
        markNs = nowNs;
    }

    long windowBytes() {
        return windowBytes;
    }

    /** The reader wants bytes that have not come. */
    void onStarved() {
        starved = true;
    }

    void onTaken(long nowNs, int bytes) {
        takenBytes += bytes;
        if (takenBytes < windowBytes / 2) {
            return;
        }
        long passedNs = nowNs - markNs;
        if (passedNs < QUICK_NS && starved) {
            windowBytes = Math.min(maxBytes, 2 * windowBytes);
        } else if (passedNs > SLOW_NS) {
            windowBytes = Math.min(windowBytes, Math.max(MIN_BYTES, windowBytes / 2));
        }
        markNs = nowNs;
        takenBytes = 0;
        starved = false;
    }
}
