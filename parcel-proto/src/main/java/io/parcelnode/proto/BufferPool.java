package io.parcelnode.proto;

import java.util.ArrayDeque;

/** Arrays of one size, kept for the next frame. A session that is idle keeps a few and never more than the bound. */
final class BufferPool {
    private final ArrayDeque<byte[]> free = new ArrayDeque<>();
    private final int bufferBytes;
    private final int keptMax;

    BufferPool(int bufferBytes, int keptMax) {
        this.bufferBytes = bufferBytes;
        this.keptMax = keptMax;
    }

    byte[] take() {
        synchronized (free) {
            byte[] buffer = free.pollFirst();
            if (buffer != null) {
                return buffer;
            }
        }
        return new byte[bufferBytes];
    }

    void give(byte[] buffer) {
        assert buffer.length == bufferBytes : "length=" + buffer.length;
        synchronized (free) {
            if (free.size() < keptMax) {
                // Last in, first out: the warmest array is used next.
                free.addFirst(buffer);
            }
        }
    }
}
