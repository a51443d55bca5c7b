package io.parcelnode.udt.wire;

/**
 * Arithmetic on 31-bit packet sequence numbers, which wrap from 0x7FFFFFFF to 0 (libudt common.h, CSeqNo).
 *
 * <p>The engine counts packets with longs that never wrap and uses this class only where numbers meet the wire.
 */
public final class SequenceNumbers {
    /** All values a sequence number can have; also the largest one. */
    public static final int MASK = 0x7FFF_FFFF;

    private static final int HALF = 0x4000_0000;

    private SequenceNumbers() {}

    /** The number {@code count} packets after {@code sequence}; {@code count} may be negative. */
    public static int add(int sequence, long count) {
        return (int) (sequence + count) & MASK;
    }

    /** The signed distance from {@code from} to {@code to}, the shorter way round: -2^30 to 2^30 - 1. */
    public static int distance(int from, int to) {
        int forward = (to - from) & MASK;
        return forward >= HALF ? forward - MASK - 1 : forward;
    }
}
