package io.parcelnode.sim.cross;

/** What tells one TCP from another: how its congestion window answers acknowledgements and losses. In packets. */
interface WindowModel {
    double INITIAL_WINDOW_PACKETS = 10;
    double WINDOW_MAX_PACKETS = 1 << 16;

    double windowPackets();

    /** One packet has arrived that was sent after the last reduction, while the window was in full use. */
    void onAck(long nowNs, double roundTripNs);

    /** The first loss of a window's worth of packets. */
    void onLoss(long nowNs);

    /** Nothing was heard for a whole timeout. */
    void onTimeout(long nowNs);
}
