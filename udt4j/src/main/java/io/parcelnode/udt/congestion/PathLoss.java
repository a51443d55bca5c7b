package io.parcelnode.udt.congestion;

/**
 * The share of packets that the path loses without being full, and how much that varies from round to round. Owned by
 * one congestion control; not thread-safe.
 */
final class PathLoss {
    private static final double SHARE_MAX = 0.2;
    private static final double SMOOTHING = 0.125;
    private static final double DEVIATIONS = 4;
    private static final double EXCESS_MIN = 0.005;
    private static final int PACKETS_MIN = 1;
    /** Few packets prove little. */
    private static final int DOUBT_PACKETS = 1_000;

    /** For so long even a small queue is no accident, and then loss may be the overflow of a queue that is small. */
    private static final int QUEUED_ROUNDS = 4;

    private static final double QUEUED_LOSS = 0.005;

    private double share;
    private double deviation;
    private int queuedRounds;
    // The rounds of start-up but for the last two, which may have overfilled the path.
    private long startUpLost;
    private long startUpPackets;
    private long lastButOneLost;
    private long lastButOnePackets;
    private long lastLost;
    private long lastPackets;

    /** 0 to 0.2. */
    double share() {
        return share;
    }

    /** While the rate still doubles, what is lost is the path's own until the last round but one. */
    void onStartUpRound(Round round) {
        startUpLost += lastButOneLost;
        startUpPackets += lastButOnePackets;
        lastButOneLost = lastLost;
        lastButOnePackets = lastPackets;
        lastLost = round.lostPackets();
        lastPackets = round.lostPackets() + round.deliveredPackets();
        share = Math.min(SHARE_MAX, (double) startUpLost / (startUpPackets + DOUBT_PACKETS));
        deviation = share / 2;
    }

    /** No queue stood in this round, so that its loss was the path's own. */
    void onClearRound(Round round) {
        double seen = Math.min(SHARE_MAX, round.lossShare());
        deviation += (Math.abs(seen - share) - deviation) * SMOOTHING;
        share += (seen - share) * SMOOTHING;
    }

    /** Packets per second that the bottleneck let through in this round: what arrived and what was lost behind it. */
    double sentPerSecond(Round round, long nowNs) {
        double packets = round.deliveredPackets() + round.lostPackets();
        double lost = Math.min(round.lostPackets(), (share + 2 * deviation) * packets);
        return (round.deliveredPackets() + lost) * 1e9 / Math.max(1, round.durationNs(nowNs));
    }

    /**
     * More was lost than the path usually loses, while a queue stood.
     *
     * @param isQueued whether one stood for the whole round
     */
    boolean isCongestion(Round round, boolean isQueued) {
        queuedRounds = isQueued ? queuedRounds + 1 : 0;
        long packets = round.deliveredPackets() + round.lostPackets();
        double usual = share + DEVIATIONS * deviation + (share == 0 ? 0 : EXCESS_MIN);
        boolean excess = round.lostPackets() > PACKETS_MIN + usual * packets;
        return isQueued && excess || queuedRounds >= QUEUED_ROUNDS && round.lossShare() > QUEUED_LOSS;
    }
}
