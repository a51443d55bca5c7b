package io.parcelnode.udt.engine;

/**
 * Says when the next data packet may go. Lateness of the driver is made up for, within a bound: a quantum of at most
 * 1 to 4 ms, by the length of the path, and 256 KiB may leave at once, so that a driver that shares its processor with
 * others keeps the rate. Owned by one connection; not thread-safe.
 */
final class Pacer {
    private static final long CREDIT_MIN_NS = 1_000_000;
    private static final long CREDIT_MAX_NS = 4_000_000;
    /** On a longer path a longer burst is no larger a share of what is on its way. */
    private static final int CREDIT_RTT_DIVISOR = 25;

    private static final int CREDIT_MAX_BYTES = 1 << 18;

    private final int creditMaxPackets;
    private long creditMaxNs = CREDIT_MIN_NS;
    private long nextSendNs;
    private double remainderNs;

    Pacer(int packetBytes) {
        creditMaxPackets = Math.max(1, CREDIT_MAX_BYTES / packetBytes);
    }

    /** The least round trip time of the path has been measured. */
    void onMinimumRtt(long rttNs) {
        creditMaxNs = Math.max(CREDIT_MIN_NS, Math.min(CREDIT_MAX_NS, rttNs / CREDIT_RTT_DIVISOR));
    }

    boolean maySend(long nowNs) {
        return nowNs >= nextSendNs;
    }

    long nextSendNs() {
        return nextSendNs;
    }

    /** A packet went out at {@code nowNs}; {@code periodNs} is the gap it owes. */
    void onSent(long nowNs, double periodNs) {
        long creditNs = Math.min(creditMaxNs, (long) (creditMaxPackets * periodNs));
        double gapNs = periodNs + remainderNs;
        long wholeNs = (long) gapNs;
        remainderNs = gapNs - wholeNs;
        nextSendNs = Math.max(nextSendNs, nowNs - creditNs) + wholeNs;
    }
}
