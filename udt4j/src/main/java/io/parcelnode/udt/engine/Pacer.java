package io.parcelnode.udt.engine;

/**
 * Says when the next data packet may go. Lateness of the driver is made up for, within a bound: a quantum of at most
 * 1 ms and 64 KiB may leave at once. Owned by one connection; not thread-safe.
 */
final class Pacer {
    private static final long CREDIT_MAX_NS = 1_000_000;
    private static final int CREDIT_MAX_BYTES = 1 << 16;

    private final int creditMaxPackets;
    private long nextSendNs;
    private double remainderNs;

    Pacer(int packetBytes) {
        creditMaxPackets = Math.max(1, CREDIT_MAX_BYTES / packetBytes);
    }

    boolean maySend(long nowNs) {
        return nowNs >= nextSendNs;
    }

    long nextSendNs() {
        return nextSendNs;
    }

    /** A packet went out at {@code nowNs}; {@code periodNs} is the gap it owes. */
    void onSent(long nowNs, double periodNs) {
        long creditNs = Math.min(CREDIT_MAX_NS, (long) (creditMaxPackets * periodNs));
        double gapNs = periodNs + remainderNs;
        long wholeNs = (long) gapNs;
        remainderNs = gapNs - wholeNs;
        nextSendNs = Math.max(nextSendNs, nowNs - creditNs) + wholeNs;
    }
}
