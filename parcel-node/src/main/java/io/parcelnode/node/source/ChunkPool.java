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

    /** For so many bytes, at most a chunk's: a small file does not take more than it needs. */
    byte[] take(int lengthBytes) {
        return lengthBytes < CHUNK_BYTES ? new byte[lengthBytes] : take();
    }

    private synchronized byte[] take() {
        byte[] chunk = spare.poll();
        return chunk == null ? new byte[CHUNK_BYTES] : chunk;
    }

    synchronized void give(byte[] chunk) {
        if (chunk.length == CHUNK_BYTES && spare.size() < spareMax) {
            spare.push(chunk);
        }
    }
}
