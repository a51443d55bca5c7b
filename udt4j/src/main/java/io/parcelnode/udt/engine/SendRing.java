package io.parcelnode.udt.engine;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.MutableDirectBuffer;

/**
 * Bytes on their way to the peer: queue for the sender and store for retransmission in one.
 *
 * <p>One application thread writes, the loop reads at any position that is not yet acknowledged and releases what is.
 * They meet at two published positions, counted in bytes from the start of the stream. Memory comes in chunks from a
 * {@link BufferMemory} when the writer enters them and goes back there as soon as the peer has acknowledged them.
 *
 * <p>The ring takes no more than the sender says it could use soon: what is in flight and as much again. So it sizes
 * itself from rate and round trip time, and a slow peer does not fill it up.
 */
public final class SendRing {
    static final int CHUNK_BYTES = BufferMemory.CHUNK_BYTES;
    /** What a ring may hold whatever the others do: a chunk that is being written and one that is being acknowledged. */
    static final int GUARANTEED_CHUNKS = 2;

    private final int capacityBytes;
    private final BufferMemory memory;
    private final byte[][] chunks;
    private final AtomicLong writtenBytes = new AtomicLong();
    private final AtomicLong releasedBytes = new AtomicLong();
    private volatile long limitBytes;
    private volatile boolean closed;
    // Written under this object's monitor, by the writer and the loop.
    private volatile int heldChunks;
    // Owned by the loop.
    private long reclaimedBytes;

    SendRing(int capacityBytes, BufferMemory memory) {
        this.capacityBytes = capacityBytes;
        this.limitBytes = capacityBytes;
        this.memory = memory;
        // One more than fits: the first and the last byte may both lie inside a chunk.
        this.chunks = new byte[capacityBytes / CHUNK_BYTES + 2][];
    }

    /** Takes as many bytes as fit, publishes them to the loop and returns their number. Writer thread only. */
    public int write(ByteBuffer source) {
        int fits = Math.min(source.remaining(), roomBytes());
        long start = writtenBytes.getPlain();
        long position = start;
        while (position < start + fits) {
            int inChunk = (int) (position % CHUNK_BYTES);
            byte[] chunk = inChunk == 0 ? takeChunk(slot(position)) : chunks[slot(position)];
            if (chunk == null) {
                break;
            }
            int length = (int) Math.min(start + fits - position, CHUNK_BYTES - inChunk);
            source.get(chunk, inChunk, length);
            position += length;
        }
        writtenBytes.setRelease(position);
        return (int) (position - start);
    }

    /** Bytes that {@link #write} would take now, 0 when the connection has closed. Any thread. */
    public int freeBytes() {
        long inChunk = writtenBytes.getAcquire() % CHUNK_BYTES;
        long inThisChunk = inChunk == 0 ? 0 : CHUNK_BYTES - inChunk;
        long guaranteed = (long) Math.max(0, GUARANTEED_CHUNKS - heldChunks) * CHUNK_BYTES;
        return (int) Math.min(roomBytes(), inThisChunk + Math.max(guaranteed, memory.freeBytes(heldBytes())));
    }

    /** True when there is room enough to wake a writer for. Any thread. */
    public boolean isWorthWriting() {
        int freeBytes = freeBytes();
        // When others hold the memory, what is guaranteed is all that there will be.
        return freeBytes >= limitBytes / 8 || heldChunks < GUARANTEED_CHUNKS && freeBytes >= CHUNK_BYTES;
    }

    /** From now on takes more only while it holds less than that; within its capacity. Loop only. */
    void limit(long bytes) {
        limitBytes = Math.min(capacityBytes, bytes);
    }

    public int capacityBytes() {
        return capacityBytes;
    }

    /** Memory taken for data; a recent value. */
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

    /** The peer has everything before {@code position}. Loop only. */
    void release(long position) {
        while (reclaimedBytes + CHUNK_BYTES <= position) {
            int slot = slot(reclaimedBytes);
            byte[] chunk = chunks[slot];
            chunks[slot] = null;
            reclaimedBytes += CHUNK_BYTES;
            synchronized (this) {
                if (heldChunks > 0) {
                    heldChunks = heldChunks - 1;
                    memory.giveChunk(chunk);
                }
            }
        }
        releasedBytes.setRelease(position);
    }

    void close() {
        closed = true;
    }

    /** Nothing will be sent any more. */
    synchronized void dispose() {
        closed = true;
        // The writer may be in the middle of a chunk, so none of them may be given to somebody else.
        memory.give(heldBytes());
        heldChunks = 0;
    }

    private int roomBytes() {
        long heldBytes = writtenBytes.getAcquire() - releasedBytes.getAcquire();
        return closed ? 0 : (int) Math.max(0, limitBytes - heldBytes);
    }

    private synchronized byte[] takeChunk(int slot) {
        if (closed) {
            return null;
        }
        byte[] chunk = memory.takeChunk(heldBytes(), heldChunks < GUARANTEED_CHUNKS);
        if (chunk != null) {
            heldChunks = heldChunks + 1;
            chunks[slot] = chunk;
        }
        return chunk;
    }

    private int slot(long position) {
        return (int) (position / CHUNK_BYTES % chunks.length);
    }
}
