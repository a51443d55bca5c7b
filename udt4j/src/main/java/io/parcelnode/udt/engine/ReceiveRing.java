package io.parcelnode.udt.engine;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.DirectBuffer;

/**
 * Packets that have arrived and are not yet read: reordering buffer and queue for the reader in one.
 *
 * <p>The loop stores each packet at its own slot, in whatever order they come, and publishes how far they are
 * complete; one application thread reads up to there and publishes how far it has read. Memory comes in chunks of
 * slots as packets arrive and returns to a small stock when they are read; only the loop moves chunks.
 */
public final class ReceiveRing {
    private static final int CHUNK_PACKETS = 32;
    private static final int SPARE_CHUNKS_MAX = 64;

    private final int capacityPackets;
    private final int mask;
    private final int payloadMaxBytes;
    private final byte[][] chunks;
    private final int[] lengths;
    private final ArrayDeque<byte[]> spare = new ArrayDeque<>();
    private final AtomicLong completePackets = new AtomicLong();
    private final AtomicLong readPackets = new AtomicLong();
    private volatile boolean ended;
    private volatile long wakeAtReadPackets = Long.MAX_VALUE;
    // Owned by the loop.
    private long reclaimedPackets;
    private volatile int heldChunks;
    // Owned by the reader.
    private int readInPacket;

    /** @param capacityPackets a power of two, at least {@link #CHUNK_PACKETS} */
    ReceiveRing(int capacityPackets, int payloadMaxBytes) {
        this.capacityPackets = capacityPackets;
        this.mask = capacityPackets - 1;
        this.payloadMaxBytes = payloadMaxBytes;
        this.chunks = new byte[capacityPackets / CHUNK_PACKETS][];
        this.lengths = new int[capacityPackets];
    }

    /**
     * Copies what is readable and fits. Reader thread only.
     *
     * @return bytes copied, 0 when nothing is readable now, -1 when the stream has ended and everything was read
     */
    public int read(ByteBuffer target) {
        boolean endedBefore = ended;
        long complete = completePackets.getAcquire();
        long packet = readPackets.getPlain();
        int copied = 0;
        while (packet < complete && target.hasRemaining()) {
            int slot = (int) packet & mask;
            int length = Math.min(lengths[slot] - readInPacket, target.remaining());
            target.put(chunks[slot / CHUNK_PACKETS], slot % CHUNK_PACKETS * payloadMaxBytes + readInPacket, length);
            copied += length;
            readInPacket += length;
            if (readInPacket == lengths[slot]) {
                packet++;
                readInPacket = 0;
            }
        }
        readPackets.setRelease(packet);
        return copied == 0 && endedBefore && packet == complete ? -1 : copied;
    }

    /** True when {@link #read} would return something other than 0. Any thread. */
    public boolean isReadable() {
        return ended || readPackets.getAcquire() < completePackets.getAcquire();
    }

    /**
     * True when the peer was last told of a small window and the reader has now made enough room to say so: the loop
     * should then be told of the progress. Reader thread only.
     */
    public boolean wantsWindowUpdate() {
        return readPackets.getPlain() >= wakeAtReadPackets;
    }

    /** Memory taken for packets and kept for more of them; a recent value on threads other than the loop's. */
    long heldBytes() {
        return (long) heldChunks * CHUNK_PACKETS * payloadMaxBytes;
    }

    int capacityPackets() {
        return capacityPackets;
    }

    long completePackets() {
        return completePackets.getPlain();
    }

    long readPackets() {
        return readPackets.getAcquire();
    }

    /** Ask the reader to call back once it has read so far; {@link Long#MAX_VALUE} for never. */
    void wakeAtReadPackets(long packets) {
        wakeAtReadPackets = packets;
    }

    /**
     * The first packet that does not fit. It moves by whole chunks, so that no chunk ever holds packets of two laps
     * and each can be taken back as soon as it is read.
     */
    long windowEndPackets() {
        return (readPackets.getAcquire() & -CHUNK_PACKETS) + capacityPackets;
    }

    /** The caller has checked that {@code packet} lies between what was read and {@link #windowEndPackets}. */
    void store(long packet, DirectBuffer source, int offset, int length) {
        int slot = (int) packet & mask;
        int index = slot / CHUNK_PACKETS;
        if (chunks[index] == null || packet >= reclaimedPackets + capacityPackets) {
            reclaim();
        }
        byte[] chunk = chunks[index];
        if (chunk == null) {
            chunk = spare.isEmpty() ? newChunk() : spare.pop();
            chunks[index] = chunk;
        }
        source.getBytes(offset, chunk, slot % CHUNK_PACKETS * payloadMaxBytes, length);
        lengths[slot] = length;
    }

    /** Everything before {@code packet} has arrived and may be read. */
    void complete(long packet) {
        completePackets.setRelease(packet);
    }

    void end() {
        ended = true;
    }

    private byte[] newChunk() {
        heldChunks = heldChunks + 1;
        return new byte[CHUNK_PACKETS * payloadMaxBytes];
    }

    private void reclaim() {
        long read = readPackets.getAcquire();
        while (reclaimedPackets + CHUNK_PACKETS <= read) {
            int index = ((int) reclaimedPackets & mask) / CHUNK_PACKETS;
            byte[] chunk = chunks[index];
            if (chunk != null && spare.size() < SPARE_CHUNKS_MAX) {
                spare.push(chunk);
            } else if (chunk != null) {
                heldChunks = heldChunks - 1;
            }
            chunks[index] = null;
            reclaimedPackets += CHUNK_PACKETS;
        }
    }
}
