package io.parcelnode.udt.engine;

import java.util.ArrayDeque;

/**
 * Memory that the connections of a port share: what they hold to send, what they hold to be read, and the books about
 * it. All of it is counted here and bounded together.
 *
 * <p>Nobody gets more than what is left to the others: a holder may grow as long as it has less than is free, so one
 * alone gets half, two get a third each, and a peer that stops reading leaves room for the next. What each holder is
 * guaranteed comes on top, so that everybody gets on whatever the others do. Thread-safe.
 */
public final class BufferMemory {
    static final int CHUNK_BYTES = 1 << 16;

    private static final int SPARE_CHUNKS_MAX = 256;

    private final ArrayDeque<byte[]> spare = new ArrayDeque<>();
    private final long bytesMax;
    private long takenBytes;

    /** @param bytesMax for all together, what is guaranteed to each excepted */
    public BufferMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** For one connection whose own limits are bound enough. */
    static BufferMemory unshared() {
        return new BufferMemory(Long.MAX_VALUE);
    }

    /**
     * Takes memory for somebody.
     *
     * @param heldBytes what this holder has already
     * @param isGuaranteed whether it gets it whatever the others hold
     * @return false if it may not
     */
    synchronized boolean take(long bytes, long heldBytes, boolean isGuaranteed) {
        if (!isGuaranteed && heldBytes + bytes > bytesMax - takenBytes) {
            return false;
        }
        takenBytes += bytes;
        return true;
    }

    synchronized void give(long bytes) {
        takenBytes -= bytes;
    }

    /** A chunk of {@link #CHUNK_BYTES}, or null if this holder may not have another. */
    synchronized byte[] takeChunk(long heldBytes, boolean isGuaranteed) {
        if (!take(CHUNK_BYTES, heldBytes, isGuaranteed)) {
            return null;
        }
        byte[] chunk = spare.poll();
        return chunk == null ? new byte[CHUNK_BYTES] : chunk;
    }

    /** A chunk that nobody uses any more. */
    synchronized void giveChunk(byte[] chunk) {
        give(CHUNK_BYTES);
        // What lies in stock is memory as well.
        if (spare.size() < SPARE_CHUNKS_MAX && takenBytes + (spare.size() + 1L) * CHUNK_BYTES <= bytesMax) {
            spare.push(chunk);
        }
    }

    /** What somebody who holds so much may take now, were it the only one to ask. */
    synchronized long freeBytes(long heldBytes) {
        return Math.max(0, (bytesMax - takenBytes - heldBytes) / 2);
    }

    /** Held by all together. */
    public synchronized long takenBytes() {
        return takenBytes;
    }
}
