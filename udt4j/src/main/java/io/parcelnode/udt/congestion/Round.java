package io.parcelnode.udt.congestion;

/** What one round trip has shown. Owned by one congestion control; not thread-safe. */
final class Round {
    /** Fewer answers tell nothing of a queue. */
    static final int RTT_SAMPLES_MIN = 8;

    private static final long PAUSE_NS = 25_000_000;
    private static final long UNKNOWN_NS = Long.MAX_VALUE;

    private long endPackets;
    private long startNs;
    private long deliveredPackets;
    private long lostPackets;
    private long rttNs = UNKNOWN_NS;
    private int rttSamples;
    private long lastRttNs;
    private double smoothRttNs;
    private double deviationNs;
    private boolean silent;

    void onDelivered(Delivery delivery) {
        deliveredPackets += delivery.packets;
        if (delivery.rttNs > 0) {
            rttNs = Math.min(rttNs, delivery.rttNs);
            rttSamples++;
            smoothRttNs = smoothRttNs == 0 ? delivery.rttNs : smoothRttNs + (delivery.rttNs - smoothRttNs) / 16;
            deviationNs += (Math.abs(delivery.rttNs - smoothRttNs) - deviationNs) / 16;
        }
    }

    void onLoss(int packets) {
        lostPackets += packets;
    }

    /** Nothing was heard for so long that what was lost says nothing about the path's usual loss. */
    void onSilence() {
        silent = true;
    }

    /** Begins the next one, which ends when something sent from now on has arrived. */
    void next(Delivery delivery) {
        if (rttSamples > 0) {
            lastRttNs = rttNs;
        }
        endPackets = delivery.totalPackets;
        startNs = delivery.nowNs;
        deliveredPackets = 0;
        lostPackets = 0;
        rttNs = UNKNOWN_NS;
        rttSamples = 0;
        silent = false;
    }

    /** How many packets will have arrived when the first one sent in this round has. */
    long endPackets() {
        return endPackets;
    }

    long durationNs(long nowNs) {
        return nowNs - startNs;
    }

    long deliveredPackets() {
        return deliveredPackets;
    }

    long lostPackets() {
        return lostPackets;
    }

    double lossShare() {
        return lostPackets == 0 ? 0 : (double) lostPackets / (lostPackets + deliveredPackets);
    }

    /** Least round trip time; {@link #rttSamples} says whether there is one. */
    long rttNs() {
        return rttNs;
    }

    /** The same of this round or the one before, whichever was longer: what is found lost was sent then. */
    long rttWhenSentNs() {
        return Math.max(rttNs, lastRttNs);
    }

    int rttSamples() {
        return rttSamples;
    }

    /** Whether it has shown enough before its end: one pause of a processor delays many answers at once. */
    boolean tells(long nowNs, long minimumRttNs) {
        return rttSamples >= RTT_SAMPLES_MIN && durationNs(nowNs) >= Math.max(PAUSE_NS, minimumRttNs / 4);
    }

    /** Smoothed over the last samples, of earlier rounds as well. */
    double smoothRttNs() {
        return smoothRttNs;
    }

    /** By how much the least of so many samples may lie above the least of many, if their times only scatter. */
    long noiseNs() {
        return (long) (8 * deviationNs / (rttSamples + 1));
    }

    boolean wasSilent() {
        return silent;
    }
}
