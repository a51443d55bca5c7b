package io.parcelnode.sim.cross;

import java.util.Arrays;

/** Packets to send again, in the order in which their loss was found. */
final class LostPackets {
    private long[] packets = new long[256];
    private long first;
    private long end;

    boolean isEmpty() {
        return first == end;
    }

    void add(long packet) {
        if (end - first == packets.length) {
            long[] larger = Arrays.copyOf(packets, 2 * packets.length);
            for (long i = first; i < end; i++) {
                larger[(int) i & larger.length - 1] = packets[(int) i & packets.length - 1];
            }
            packets = larger;
        }
        packets[(int) end++ & packets.length - 1] = packet;
    }

    /** There must be one. */
    long poll() {
        assert first < end;
        return packets[(int) first++ & packets.length - 1];
    }
}
