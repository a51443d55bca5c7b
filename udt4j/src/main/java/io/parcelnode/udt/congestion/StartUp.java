package io.parcelnode.udt.congestion;

/** Where to start, and when doubling the rate brings no more. Owned by one congestion control; not thread-safe. */
final class StartUp {
    enum Verdict {
        GROWS,
        /** No growth for some rounds, for whatever reason. */
        SLOW,
        /** No growth, and much of what is sent is lost. */
        FLOODED
    }

    /** Packets that may be on their way before anything is known of the path, as long as its round trip is short. */
    static final int WINDOW_MIN_PACKETS = 64;

    static final double PERIOD_MAX_NS = 500_000;
    private static final double PERIOD_MIN_NS = 20_000;
    /**
     * Over a long round trip a fixed window is a slow start: 64 packets in 300 ms are 2.5 Mbit/s. With these the start
     * is at about 10 Mbit/s.
     */
    private static final double PACKETS_PER_SECOND = 833;

    /** From here on each doubling costs so much time that it begins with more, up to 20 Mbit/s at 300 ms. */
    private static final double LONG_RTT_NS = 150e6;

    private static final int WINDOW_MAX_PACKETS = 512;

    private static final double GROWTH = 1.25;
    private static final int ROUNDS_WITHOUT_GROWTH = 3;
    /** Nobody loses so much by accident: the queue is short and full. */
    private static final double FLOOD_LOSS = 0.1;
    /** In rounds as small as this one burst of random losses is a large share. */
    private static final int FEW_PACKETS = 256;

    /** Among many flows that start at once a round shows less than a flow's part, but not so little. */
    private static final double PART_MIN = 0.7;

    private double lastRate;
    private double topRate;
    private boolean isFirst = true;
    private int roundsWithoutGrowth;
    private int floodedRounds;

    /** The initial window. */
    static double windowPackets(long minimumRttNs) {
        double packets = PACKETS_PER_SECOND * minimumRttNs / 1e9 * Math.max(1, minimumRttNs / LONG_RTT_NS);
        return Math.max(WINDOW_MIN_PACKETS, Math.min(WINDOW_MAX_PACKETS, packets));
    }

    /** It takes a round trip, so that it is no burst. */
    static double periodNs(long minimumRttNs) {
        double evenNs = minimumRttNs / windowPackets(minimumRttNs);
        return evenNs == 0 ? PERIOD_MAX_NS : Math.max(PERIOD_MIN_NS, Math.min(evenNs, PERIOD_MAX_NS));
    }

    /** Begins anew from a rate that has been reached already. */
    void again(double rate) {
        isFirst = false;
        lastRate = rate;
        roundsWithoutGrowth = 0;
        floodedRounds = 0;
    }

    /**
     * A round after the first start-up, while its queue still stands: what arrives is this flow's part of the path. The
     * rate that was reached may be far more than that where others started at the same time. (What a later one has
     * reached {@link Growth} may doubt.)
     *
     * @return the rate from now on
     */
    double part(double rate, double sample) {
        if (!isFirst) {
            return rate;
        }
        topRate = Math.max(topRate, rate);
        return Math.min(rate, Math.max(sample, PART_MIN * rate));
    }

    /** The rate that start-up had reached, as long as the path has not been probed since; else 0. */
    double topRate() {
        return topRate;
    }

    void forgetTop() {
        topRate = 0;
    }

    /** @param usualLoss share of packets that the path loses anyway */
    Verdict onRound(double rate, double usualLoss, Round round, boolean isApplicationLimited) {
        boolean grew = rate >= lastRate * GROWTH;
        if (grew) {
            lastRate = rate;
            roundsWithoutGrowth = 0;
        } else if (!isApplicationLimited) {
            roundsWithoutGrowth++;
        }
        floodedRounds = !grew && round.lossShare() > usualLoss + FLOOD_LOSS ? floodedRounds + 1 : 0;
        boolean flooded = floodedRounds >= (round.deliveredPackets() < FEW_PACKETS ? 2 : 1);
        if (flooded) {
            return Verdict.FLOODED;
        }
        return roundsWithoutGrowth >= ROUNDS_WITHOUT_GROWTH ? Verdict.SLOW : Verdict.GROWS;
    }
}
