package io.parcelnode.udt.engine;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.MutableDirectBuffer;

/**
 * Bytes on their way to the peer: queue for the sender and store for retransmission in one.
 *
 * <p>One application thread writes, the loop reads at any position that is not yet acknowledged and releases what is.
 * They meet at two published positions, counted in bytes from the start of the stream. Memory comes in chunks when the
 * writer enters them and returns to a small stock when the peer has acknowledged them; only the writer moves chunks.
 */
public final class SendRing {
    static final int CHUNK_BYTES = 1 << 16;
    private static final int SPARE_CHUNKS_MAX = 16;

    private final int capacityBytes;
    private final byte[][] chunks;
    private final ArrayDeque<byte[]> spare = new ArrayDeque<>();
    private final AtomicLong writtenBytes = new AtomicLong();
    private final AtomicLong releasedBytes = new AtomicLong();
    private volatile boolean closed;
    // Owned by the writer.
    private long reclaimedBytes;
    private volatile int heldChunks;

    SendRing(int capacityBytes) {
        this.capacityBytes = capacityBytes;
        // One more than fits: the first and the last byte may both lie inside a chunk.
        this.chunks = new byte[capacityBytes / CHUNK_BYTES + 2][];
    }

    /** Takes as many bytes as fit, publishes them to the loop and returns their number. Writer thread only. */
    public int write(ByteBuffer source) {
        int accepted = Math.min(source.remaining(), freeBytes());
        long position = writtenBytes.getPlain();
        int left = accepted;
        while (left > 0) {
            int inChunk = (int) (position % CHUNK_BYTES);
            int length = Math.min(left, CHUNK_BYTES - inChunk);
            source.get(chunkForWriting(position), inChunk, length);
            position += length;
            left -= length;
        }
        writtenBytes.setRelease(position);
        return accepted;
    }

    /** Bytes that {@link #write} would take now, 0 when the connection has closed. Any thread. */
    public int freeBytes() {
        return closed ? 0 : (int) (capacityBytes - (writtenBytes.getAcquire() - releasedBytes.getAcquire()));
    }

    public int capacityBytes() {
        return capacityBytes;
    }

    /** Memory taken for data and kept for more of it; a recent value on threads other than the writer's. */
    long heldBytes() {
        return (long) heldChunks * CHUNK_BYTES;
    }

    /** True once the connection takes no more data. */
    public boolean isClosed() {
        return closed;
    }

    long writtenBytes() {
        return writtenBytes.getAcquire();
    }

    void copyTo(long position, MutableDirectBuffer target, int offset, int length) {
        int inChunk = (int) (position % CHUNK_BYTES);
        int head = Math.min(length, CHUNK_BYTES - inChunk);
        target.putBytes(offset, chunks[slot(position)], inChunk, head);
        if (head < length) {
            target.putBytes(offset + head, chunks[slot(position + head)], 0, length - head);
        }
    }

    /** The peer has everything before {@code position}. */
    void release(long position) {
        releasedBytes.setRelease(position);
    }

    void close() {
        closed = true;
    }

    private byte[] chunkForWriting(long position) {
        int slot = slot(position);
        byte[] chunk = chunks[slot];
        if (chunk == null || position % CHUNK_BYTES == 0) {
            reclaim();
            chunk = spare.isEmpty() ? newChunk() : spare.pop();
            chunks[slot] = chunk;
        }
        return chunk;
    }

    private byte[] newChunk() {
        heldChunks = heldChunks + 1;
        return new byte[CHUNK_BYTES];
    }

    private void reclaim() {
        long released = releasedBytes.getAcquire();
        while (reclaimedBytes + CHUNK_BYTES <= released) {
            int slot = slot(reclaimedBytes);
            if (spare.size() < SPARE_CHUNKS_MAX) {
                spare.push(chunks[slot]);
            } else {
                heldChunks = heldChunks - 1;
            }
            chunks[slot] = null;
            reclaimedBytes += CHUNK_BYTES;
        }
    }

    private int slot(long position) {
        return (int) (position / CHUNK_BYTES % chunks.length);
    }
}
