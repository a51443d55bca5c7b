package io.parcelnode.sim;

import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Packets that are kept with all their bytes, by number. The buffer that was given back last is used again first. */
final class WholePackets {
    static final int PACKET_MAX_BYTES = 2_048;

    private UnsafeBuffer[] buffers = new UnsafeBuffer[0];
    private boolean[] damaged = new boolean[0];
    private int[] free = new int[0];
    private int freeCount;

    int add(DirectBuffer bytes, int offset, int length) {
        if (freeCount == 0) {
            grow();
        }
        int packet = free[--freeCount];
        if (buffers[packet] == null) {
            buffers[packet] = new UnsafeBuffer(new byte[PACKET_MAX_BYTES]);
        }
        buffers[packet].putBytes(0, bytes, offset, length);
        damaged[packet] = false;
        return packet;
    }

    int addCopy(int packet) {
        int copy = add(buffers[packet], 0, PACKET_MAX_BYTES);
        damaged[copy] = damaged[packet];
        return copy;
    }

    void release(int packet) {
        free[freeCount++] = packet;
    }

    UnsafeBuffer buffer(int packet) {
        return buffers[packet];
    }

    void markDamaged(int packet) {
        damaged[packet] = true;
    }

    boolean isDamaged(int packet) {
        return damaged[packet];
    }

    private void grow() {
        int old = buffers.length;
        int capacity = Math.max(64, 2 * old);
        buffers = Arrays.copyOf(buffers, capacity);
        damaged = Arrays.copyOf(damaged, capacity);
        free = Arrays.copyOf(free, capacity);
        for (int packet = capacity - 1; packet >= old; packet--) {
            free[freeCount++] = packet;
        }
    }
}
