package io.parcelnode.udt.congestion;

/** Says how fast and how much to send. Owned by one connection; not thread-safe. */
public interface CongestionControl {
    /** Gap to leave between packets, in nanoseconds. */
    double sendPeriodNs();

    /** Most packets to have in flight. */
    int windowPackets();

    /** Packets have arrived at the peer. */
    void onDelivered(Delivery delivery);

    /**
     * Packets are known to be lost, each of them for the first time.
     *
     * @param firstLostPacket the oldest of them
     */
    void onLoss(long nowNs, long firstLostPacket, int packets);

    /** Nothing was acknowledged for a whole retransmission timeout. */
    void onTimeout(long nowNs);
}
