package io.parcelnode.node.source;

import java.util.ArrayDeque;

/**
 * Spare buffers. Read-ahead lives long enough to be copied by a young collection again and again; used anew, it costs
 * the collector nothing. Thread-safe.
 */
final class ChunkPool {
    static final int CHUNK_BYTES = 1 << 17;

    private final ArrayDeque<byte[]> spare = new ArrayDeque<>();
    private final int spareMax;

    /** @param bytesMax what may lie idle */
    ChunkPool(long bytesMax) {
        spareMax = (int) Math.min(Integer.MAX_VALUE, bytesMax / CHUNK_BYTES);
    }

    synchronized byte[] take() {
        byte[] chunk = spare.poll();
        return chunk == null ? new byte[CHUNK_BYTES] : chunk;
    }

    synchronized void give(byte[] chunk) {
        if (spare.size() < spareMax) {
            spare.push(chunk);
        }
    }
}
