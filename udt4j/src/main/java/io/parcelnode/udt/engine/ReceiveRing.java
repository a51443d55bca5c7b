package io.parcelnode.udt.engine;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.DirectBuffer;

/**
 * Packets that have arrived and are not yet read: reordering buffer and queue for the reader in one.
 *
 * <p>The loop stores each packet at its own slot, in whatever order they come, and publishes how far they are
 * complete; one application thread reads up to there and publishes how far it has read. Memory comes from a
 * {@link BufferMemory} in chunks of slots as packets arrive and returns to a small stock when they are read; only the
 * loop moves chunks.
 */
public final class ReceiveRing {
    private static final int CHUNK_PACKETS = 32;
    private static final int SPARE_CHUNKS_MAX = 64;
    /** Room that a ring has from the reader on whatever others hold: where the next packet goes, and one more. */
    private static final int GUARANTEED_CHUNKS = 2;

    /** Slots for packets that follow each other. */
    private static final class Chunk {
        final byte[] bytes;
        final int[] lengths = new int[CHUNK_PACKETS];

        Chunk(int payloadMaxBytes) {
            bytes = new byte[CHUNK_PACKETS * payloadMaxBytes];
        }
    }

    private final int capacityPackets;
    private final int mask;
    private final int payloadMaxBytes;
    private final int chunkBytes;
    private final BufferMemory memory;
    private final Chunk[] chunks;
    private final ArrayDeque<Chunk> spare = new ArrayDeque<>();
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
    ReceiveRing(int capacityPackets, int payloadMaxBytes, BufferMemory memory) {
        this.capacityPackets = capacityPackets;
        this.mask = capacityPackets - 1;
        this.payloadMaxBytes = payloadMaxBytes;
        this.chunkBytes = CHUNK_PACKETS * (payloadMaxBytes + Integer.BYTES);
        this.memory = memory;
        this.chunks = new Chunk[capacityPackets / CHUNK_PACKETS];
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
            Chunk chunk = chunks[((int) packet & mask) / CHUNK_PACKETS];
            int inChunk = (int) packet & CHUNK_PACKETS - 1;
            int length = Math.min(chunk.lengths[inChunk] - readInPacket, target.remaining());
            target.put(chunk.bytes, inChunk * payloadMaxBytes + readInPacket, length);
            copied += length;
            readInPacket += length;
            if (readInPacket == chunk.lengths[inChunk]) {
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
        return (long) heldChunks * chunkBytes;
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
        return readToChunk() + capacityPackets;
    }

    /** The first packet that the peer should not send yet: there may be less memory now than the ring would hold. */
    long offeredEndPackets() {
        return readToChunk() + affordablePackets();
    }

    /** Packets from the reader on for which there could be memory now. */
    int affordablePackets() {
        reclaim();
        long chunksMax = heldChunks + memory.freeBytes(heldBytes()) / chunkBytes;
        return (int) Math.min(capacityPackets, Math.max(chunksMax, GUARANTEED_CHUNKS) * CHUNK_PACKETS);
    }

    /**
     * Keeps a packet. The caller has checked that it lies between what was read and {@link #windowEndPackets}.
     *
     * @return false if there is no memory for it: it has to come again
     */
    boolean store(long packet, DirectBuffer source, int offset, int length) {
        int index = ((int) packet & mask) / CHUNK_PACKETS;
        if (chunks[index] == null || packet >= reclaimedPackets + capacityPackets) {
            reclaim();
        }
        Chunk chunk = chunks[index];
        if (chunk == null) {
            chunk = takeChunk(packet < readToChunk() + GUARANTEED_CHUNKS * CHUNK_PACKETS);
            if (chunk == null) {
                return false;
            }
            chunks[index] = chunk;
        }
        int inChunk = (int) packet & CHUNK_PACKETS - 1;
        source.getBytes(offset, chunk.bytes, inChunk * payloadMaxBytes, length);
        chunk.lengths[inChunk] = length;
        return true;
    }

    /** Everything before {@code packet} has arrived and may be read. */
    void complete(long packet) {
        completePackets.setRelease(packet);
    }

    /** Nothing is happening: gives back what lies in stock, and what was read meanwhile. Loop only. */
    void trim() {
        reclaim();
        while (!spare.isEmpty() && !ended) {
            spare.pop();
            drop();
        }
    }

    /** Nothing more will arrive. What has, is read and then left to the garbage collector. */
    void end() {
        ended = true;
        memory.give(heldBytes());
        heldChunks = 0;
        spare.clear();
    }

    private long readToChunk() {
        return readPackets.getAcquire() & -CHUNK_PACKETS;
    }

    private Chunk takeChunk(boolean isGuaranteed) {
        if (!spare.isEmpty()) {
            return spare.pop();
        }
        if (!memory.take(chunkBytes, heldBytes(), isGuaranteed)) {
            return null;
        }
        heldChunks = heldChunks + 1;
        return new Chunk(payloadMaxBytes);
    }

    private void drop() {
        heldChunks = heldChunks - 1;
        memory.give(chunkBytes);
    }

    private void reclaim() {
        long read = readPackets.getAcquire();
        int spareMax = Math.min(SPARE_CHUNKS_MAX, chunks.length / 4);
        while (reclaimedPackets + CHUNK_PACKETS <= read && !ended) {
            int index = ((int) reclaimedPackets & mask) / CHUNK_PACKETS;
            Chunk chunk = chunks[index];
            if (chunk != null && spare.size() < spareMax) {
                spare.push(chunk);
            } else if (chunk != null) {
                drop();
            }
            chunks[index] = null;
            reclaimedPackets += CHUNK_PACKETS;
        }
    }
}
