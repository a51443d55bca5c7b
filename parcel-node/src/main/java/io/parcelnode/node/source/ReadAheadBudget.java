package io.parcelnode.node.source;

/** Memory that all transfers together may fill with what the client has not taken yet. Thread-safe. */
final class ReadAheadBudget {
    private long freeBytes;

    ReadAheadBudget(long totalBytes) {
        freeBytes = totalBytes;
    }

    /** Grants at most half of what is free, so that later transfers find something; at most {@code wantedBytes}. */
    synchronized long reserve(long wantedBytes) {
        long granted = Math.min(wantedBytes, freeBytes / 2);
        freeBytes -= granted;
        return granted;
    }

    synchronized void release(long bytes) {
        freeBytes += bytes;
    }
}
