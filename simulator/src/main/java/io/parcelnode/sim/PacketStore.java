package io.parcelnode.sim;

import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** Every packet on its way, by number. Buffers are made at first use and used again. */
final class PacketStore {
    static final int PACKET_MAX_BYTES = 2_048;

    static final int PACKETS_MAX = 1 << 20;

    private UnsafeBuffer[] buffers = new UnsafeBuffer[0];
    private int[] lengths = new int[0];
    private int[] hops = new int[0];
    private Route[] routes = new Route[0];
    private boolean[] damaged = new boolean[0];
    private int[] free = new int[0];
    private int freeCount;
    private boolean checksums;
    private long checksumFailures;

    /** Number of an unused packet, to be given back with {@link #release}. */
    int take() {
        if (freeCount == 0) {
            grow();
        }
        int packet = free[--freeCount];
        if (buffers[packet] == null) {
            buffers[packet] = new UnsafeBuffer(new byte[PACKET_MAX_BYTES]);
        }
        return packet;
    }

    void release(int packet) {
        routes[packet] = null;
        free[freeCount++] = packet;
    }

    int takeCopy(int packet) {
        int copy = take();
        buffers[copy].putBytes(0, buffers[packet], 0, lengths[packet]);
        start(copy, lengths[packet], routes[packet]);
        hops[copy] = hops[packet];
        damaged[copy] = damaged[packet];
        return copy;
    }

    void start(int packet, int length, Route route) {
        lengths[packet] = length;
        hops[packet] = 0;
        damaged[packet] = false;
        routes[packet] = route;
    }

    UnsafeBuffer buffer(int packet) {
        return buffers[packet];
    }

    int length(int packet) {
        return lengths[packet];
    }

    void length(int packet, int length) {
        lengths[packet] = length;
    }

    Route route(int packet) {
        return routes[packet];
    }

    /** From now on routes end with UDP's checksum, which throws damaged packets away. */
    void verifyChecksums() {
        checksums = true;
    }

    /** To be asked once a packet, which then counts. */
    boolean failsChecksum(int packet) {
        if (!checksums || !damaged[packet]) {
            return false;
        }
        checksumFailures++;
        return true;
    }

    long checksumFailures() {
        return checksumFailures;
    }

    void markDamaged(int packet) {
        damaged[packet] = true;
    }

    /** Links that the packet has entered before this call, which counts one more. */
    int nextHop(int packet) {
        return hops[packet]++;
    }

    int inUse() {
        return buffers.length - freeCount;
    }

    private void grow() {
        int old = buffers.length;
        int capacity = Math.max(256, 2 * old);
        if (capacity > PACKETS_MAX) {
            throw new IllegalStateException("more than " + old + " packets are on their way at once;"
                    + " give the links smaller queues, or take fewer flows");
        }
        buffers = Arrays.copyOf(buffers, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
        hops = Arrays.copyOf(hops, capacity);
        routes = Arrays.copyOf(routes, capacity);
        damaged = Arrays.copyOf(damaged, capacity);
        free = Arrays.copyOf(free, capacity);
        for (int packet = capacity - 1; packet >= old; packet--) {
            free[freeCount++] = packet;
        }
    }
}
