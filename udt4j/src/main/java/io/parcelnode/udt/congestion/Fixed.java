package io.parcelnode.udt.congestion;

/**
 * A rate that somebody has set, whatever the path does: neither loss nor delay slows it down. For paths that are
 * reserved, and to measure what a path does under a known load.
 */
public final class Fixed implements CongestionControl {
    private final double periodNs;

    /** @param datagramBytes size of a full datagram, IP and UDP headers included */
    public Fixed(long bitsPerSecond, int datagramBytes) {
        periodNs = datagramBytes * 8e9 / bitsPerSecond;
    }

    @Override
    public double sendPeriodNs() {
        return periodNs;
    }

    /** The peer's window and our own buffer are limits enough. */
    @Override
    public int windowPackets() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void onDelivered(Delivery delivery) {}

    @Override
    public void onLoss(long nowNs, long firstLostPacket, int packets) {}

    @Override
    public void onTimeout(long nowNs) {}
}
