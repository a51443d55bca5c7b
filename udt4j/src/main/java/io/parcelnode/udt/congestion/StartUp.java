package io.parcelnode.udt.congestion;

/** Tells when doubling the rate brings no more. Owned by one congestion control; not thread-safe. */
final class StartUp {
    enum Verdict {
        GROWS,
        /** No growth for some rounds, for whatever reason. */
        SLOW,
        /** No growth, and much of what is sent is lost. */
        FLOODED
    }

    private static final double GROWTH = 1.25;
    private static final int ROUNDS_WITHOUT_GROWTH = 3;
    /** Nobody loses so much by accident: the queue is short and full. */
    private static final double FLOOD_LOSS = 0.1;
    /** In rounds as small as this one burst of random losses is a large share. */
    private static final int FEW_PACKETS = 256;

    private double lastRate;
    private int roundsWithoutGrowth;
    private int floodedRounds;

    /** Begins anew from a rate that has been reached already. */
    void again(double rate) {
        lastRate = rate;
        roundsWithoutGrowth = 0;
        floodedRounds = 0;
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
