package io.parcelnode.udt.congestion;

/**
 * The window that CUBIC would have (RFC 9438), for the company of those who fill the queue until it overflows. Owned by
 * one congestion control; not thread-safe.
 */
final class CubicWindow {
    /** Steepness, in packets per second cubed. */
    private static final double C = 0.4;
    /** What a loss leaves of the window. */
    private static final double BETA = 0.7;
    /** Reno's increase per round trip that gives the same average window with BETA in place of one half. */
    private static final double RENO_INCREASE = 3 * (1 - BETA) / (1 + BETA);

    private static final double PACKETS_MIN = 4;

    private double packets;
    private double plateau;
    private double renoPackets;
    private double secondsToPlateau;
    private long epochNs;

    double packets() {
        return packets;
    }

    void start(long nowNs, double window) {
        packets = Math.max(PACKETS_MIN, window);
        plateau = packets;
        renoPackets = packets;
        secondsToPlateau = 0;
        epochNs = nowNs;
    }

    /** A round trip has gone by without loss that means congestion, or with it: then {@link #onLoss} follows. */
    void onRound(long nowNs, double roundTripNs) {
        renoPackets += renoPackets < plateau ? RENO_INCREASE : 1;
        double seconds = (nowNs + roundTripNs - epochNs) / 1e9 - secondsToPlateau;
        double target = Math.min(1.5 * packets, C * seconds * seconds * seconds + plateau);
        packets = Math.max(packets, Math.max(target, renoPackets));
    }

    void onLoss(long nowNs) {
        // Fast convergence: a flow that lost before it was back where it had been makes room for a newcomer.
        plateau = packets < plateau ? packets * (1 + BETA) / 2 : packets;
        packets = Math.max(PACKETS_MIN, packets * BETA);
        renoPackets = packets;
        secondsToPlateau = StrictMath.cbrt(Math.max(0, plateau - packets) / C);
        epochNs = nowNs;
    }
}
