package io.parcelnode.udt.engine;

import java.util.ArrayDeque;

/**
 * Memory that the send rings of many connections share: chunks of one size, a bound on all of them together, and a
 * stock of used ones. A peer that stops reading keeps what its own ring holds and no more can be had by others than is
 * left; each ring may always have {@link #GUARANTEED_CHUNKS}, so that everybody gets on. Thread-safe.
 */
public final class SendMemory {
    static final int CHUNK_BYTES = 1 << 16;
    /** What a ring may hold whatever the others do: a chunk that is being written and one that is being acknowledged. */
    static final int GUARANTEED_CHUNKS = 2;

    private static final int SPARE_CHUNKS_MAX = 256;

    private final ArrayDeque<byte[]> spare = new ArrayDeque<>();
    private final long chunksMax;
    private long chunksTaken;

    /** @param bytesMax for all rings together, what is guaranteed to each excepted */
    public SendMemory(long bytesMax) {
        chunksMax = bytesMax / CHUNK_BYTES;
    }

    /** A chunk, or null when the bound is reached. */
    synchronized byte[] take(boolean isGuaranteed) {
        if (!isGuaranteed && chunksTaken >= chunksMax) {
            return null;
        }
        chunksTaken++;
        byte[] chunk = spare.poll();
        return chunk == null ? new byte[CHUNK_BYTES] : chunk;
    }

    /** A chunk that nobody uses any more. */
    synchronized void give(byte[] chunk) {
        chunksTaken--;
        if (spare.size() < SPARE_CHUNKS_MAX && spare.size() < chunksMax) {
            spare.push(chunk);
        }
    }

    /** Chunks that are left to the garbage collector. */
    synchronized void forget(int chunks) {
        chunksTaken -= chunks;
    }

    synchronized long freeBytes() {
        return Math.max(0, chunksMax - chunksTaken) * CHUNK_BYTES;
    }
}
