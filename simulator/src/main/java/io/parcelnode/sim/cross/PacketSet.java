package io.parcelnode.sim.cross;

/** Which packets have arrived, in a window that moves on with the first one missing. */
final class PacketSet {
    static final int WINDOW_PACKETS = 1 << 17;

    private static final int MASK = WINDOW_PACKETS - 1;

    private final long[] words = new long[WINDOW_PACKETS / 64];
    private long complete;

    /** Every packet before this one is in the set. */
    long complete() {
        return complete;
    }

    boolean contains(long packet) {
        return packet < complete || (words[((int) packet & MASK) >>> 6] & 1L << packet) != 0;
    }

    /** False if it was there, or lies beyond the window. */
    boolean add(long packet) {
        if (packet >= complete + WINDOW_PACKETS || contains(packet)) {
            return false;
        }
        words[((int) packet & MASK) >>> 6] |= 1L << packet;
        while ((words[((int) complete & MASK) >>> 6] & 1L << complete) != 0) {
            words[((int) complete & MASK) >>> 6] &= ~(1L << complete);
            complete++;
        }
        return true;
    }
}
