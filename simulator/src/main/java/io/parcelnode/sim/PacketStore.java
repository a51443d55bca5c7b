package io.parcelnode.sim;

import io.parcelnode.udt.wire.PacketHeader;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Every packet on its way, by number.
 *
 * <p>A packet whose payload is a run of its route's {@link ByteStream} is kept as its header and the place of that run:
 * 30 bytes instead of 1,500. A long path then fits into the processor's cache. All others are kept whole, in
 * {@link WholePackets}. Numbers are given out in turn, so that packets that follow each other lie beside each other.
 */
final class PacketStore {
    static final int PACKETS_MAX = 1 << 20;
    /** What a packet takes that is kept as a run, with the unused half of the store. */
    static final int RUN_MEMORY_BYTES = 64;

    private static final int HEAD_WORDS = PacketHeader.LENGTH / Long.BYTES;

    private final WholePackets wholes = new WholePackets();
    private final UnsafeBuffer delivered = new UnsafeBuffer(new byte[WholePackets.PACKET_MAX_BYTES]);
    private final UnsafeBuffer inspected = new UnsafeBuffer(new byte[WholePackets.PACKET_MAX_BYTES]);
    private long[] used = new long[0];
    private long[] heads = new long[0];
    /** Where the run starts; of a whole packet the complement of its number there. */
    private int[] bodies = new int[0];

    private int[] lengths = new int[0];
    private short[] hops = new short[0];
    private Route[] routes = new Route[0];
    private int next;
    private int count;
    private boolean checksums;
    private long checksumFailures;

    /**
     * Takes over a packet that begins its way along {@code route}.
     *
     * @param runStart where in the route's stream its payload stands, {@link ByteStream#NOWHERE} if it is none of it
     */
    int add(DirectBuffer bytes, int offset, int length, Route route, int runStart) {
        int packet = take();
        lengths[packet] = length;
        hops[packet] = 0;
        routes[packet] = route;
        if (runStart < 0) {
            bodies[packet] = ~wholes.add(bytes, offset, length);
        } else {
            bodies[packet] = runStart;
            heads[HEAD_WORDS * packet] = bytes.getLong(offset);
            heads[HEAD_WORDS * packet + 1] = bytes.getLong(offset + Long.BYTES);
        }
        return packet;
    }

    int addCopy(int packet) {
        int copy = take();
        lengths[copy] = lengths[packet];
        hops[copy] = hops[packet];
        routes[copy] = routes[packet];
        heads[HEAD_WORDS * copy] = heads[HEAD_WORDS * packet];
        heads[HEAD_WORDS * copy + 1] = heads[HEAD_WORDS * packet + 1];
        bodies[copy] = bodies[packet] < 0 ? ~wholes.addCopy(~bodies[packet]) : bodies[packet];
        return copy;
    }

    void release(int packet) {
        if (bodies[packet] < 0) {
            wholes.release(~bodies[packet]);
        }
        routes[packet] = null;
        used[packet >>> 6] &= ~(1L << packet);
        count--;
    }

    int length(int packet) {
        return lengths[packet];
    }

    Route route(int packet) {
        return routes[packet];
    }

    /** Links that the packet has entered before this call, which counts one more. */
    int nextHop(int packet) {
        return hops[packet]++;
    }

    /** The packet's bytes for whom it was sent to; valid until the next packet is delivered. */
    UnsafeBuffer deliver(int packet) {
        return restore(packet, delivered);
    }

    /** The packet's bytes for who looks at it on its way; valid until the next call. */
    UnsafeBuffer inspect(int packet) {
        return restore(packet, inspected);
    }

    /** The first bytes of a packet, as many as are at hand and no more than asked for. */
    void copyHead(int packet, MutableDirectBuffer target, int offset, int lengthMax) {
        if (bodies[packet] < 0) {
            target.putBytes(offset, wholes.buffer(~bodies[packet]), 0, Math.min(lengthMax, lengths[packet]));
        } else {
            target.putLong(offset, heads[HEAD_WORDS * packet]);
            target.putLong(offset + Long.BYTES, heads[HEAD_WORDS * packet + 1]);
        }
    }

    void flipBit(int packet, int at, int bit) {
        if (bodies[packet] >= 0) {
            bodies[packet] = ~wholes.add(inspect(packet), 0, lengths[packet]);
        }
        UnsafeBuffer buffer = wholes.buffer(~bodies[packet]);
        buffer.putByte(at, (byte) (buffer.getByte(at) ^ 1 << bit));
        wholes.markDamaged(~bodies[packet]);
    }

    void truncate(int packet, int length) {
        lengths[packet] = length;
    }

    /** From now on routes end with UDP's checksum, which throws damaged packets away. */
    void verifyChecksums() {
        checksums = true;
    }

    /** To be asked once a packet, which then counts. */
    boolean failsChecksum(int packet) {
        if (!checksums || bodies[packet] >= 0 || !wholes.isDamaged(~bodies[packet])) {
            return false;
        }
        checksumFailures++;
        return true;
    }

    long checksumFailures() {
        return checksumFailures;
    }

    int inUse() {
        return count;
    }

    private UnsafeBuffer restore(int packet, UnsafeBuffer target) {
        int length = lengths[packet];
        if (bodies[packet] < 0) {
            target.putBytes(0, wholes.buffer(~bodies[packet]), 0, length);
        } else {
            copyHead(packet, target, 0, PacketHeader.LENGTH);
            if (length > PacketHeader.LENGTH) {
                routes[packet].stream()
                        .copyTo(bodies[packet], target, PacketHeader.LENGTH, length - PacketHeader.LENGTH);
            }
        }
        return target;
    }

    /** The next free number. At most half are in use, so it is never far. */
    private int take() {
        if (2 * count >= lengths.length) {
            grow();
        }
        int packet = next;
        long free = ~used[packet >>> 6] >>> packet;
        while (free == 0) {
            packet = (packet | 63) + 1 & lengths.length - 1;
            free = ~used[packet >>> 6];
        }
        packet += Long.numberOfTrailingZeros(free);
        used[packet >>> 6] |= 1L << packet;
        next = packet + 1 & lengths.length - 1;
        count++;
        return packet;
    }

    private void grow() {
        if (count >= PACKETS_MAX) {
            throw new IllegalStateException("more than " + count + " packets are on their way at once;"
                    + " give the links smaller queues, or take fewer flows");
        }
        int old = lengths.length;
        int capacity = Math.max(256, 2 * old);
        used = Arrays.copyOf(used, capacity / 64);
        heads = Arrays.copyOf(heads, HEAD_WORDS * capacity);
        bodies = Arrays.copyOf(bodies, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
        hops = Arrays.copyOf(hops, capacity);
        routes = Arrays.copyOf(routes, capacity);
        next = old;
    }
}
