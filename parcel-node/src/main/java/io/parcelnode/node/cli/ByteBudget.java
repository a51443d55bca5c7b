package io.parcelnode.node.cli;

/** Memory that several users share, counted and not allocated: what one holds is missing to the others. Thread-safe. */
public final class ByteBudget {
    private final long totalBytes;
    private long freeBytes;

    public ByteBudget(long totalBytes) {
        this.totalBytes = totalBytes;
        freeBytes = totalBytes;
    }

    /** Grants at most half of what is free, so that later users find something; at most {@code wantedBytes}. */
    public synchronized long reserve(long wantedBytes) {
        long granted = Math.min(wantedBytes, freeBytes / 2);
        freeBytes -= granted;
        return granted;
    }

    public synchronized void release(long bytes) {
        freeBytes += bytes;
    }

    /** Held by all together. */
    public synchronized long takenBytes() {
        return totalBytes - freeBytes;
    }
}
