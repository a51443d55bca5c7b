package io.parcelnode.proto;

import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;

/**
 * What the requests of one session read their files into: as many buffers as can be hashed and sealed at once. Who
 * finds none waits for its turn.
 */
final class ReadBuffers {
    static final int BUFFER_BYTES = 2 * Limits.DATA_BYTES_MAX;
    private static final int BUFFERS_MAX = 8;

    private final BufferPool pool = new BufferPool(BUFFER_BYTES, BUFFERS_MAX);
    private final Semaphore turns = new Semaphore(BUFFERS_MAX, true);

    byte[] take() throws InterruptedIOException {
        try {
            turns.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a buffer to read into");
        }
        return pool.take();
    }

    void give(byte[] buffer) {
        pool.give(buffer);
        turns.release();
    }
}
