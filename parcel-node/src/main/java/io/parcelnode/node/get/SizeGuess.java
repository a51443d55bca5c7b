package io.parcelnode.node.get;

/** How large a file will be whose size nobody has told: as the others of this run on average. Thread-safe. */
final class SizeGuess {
    private static final long FIRST_GUESS_BYTES = 1 << 20;

    private long files;
    private long bytes;

    synchronized long bytes() {
        return files == 0 ? FIRST_GUESS_BYTES : bytes / files;
    }

    /** @param sizeBytes -1 when it is unknown to the end */
    synchronized void onSize(long sizeBytes) {
        if (sizeBytes >= 0) {
            files++;
            bytes += sizeBytes;
        }
    }
}
