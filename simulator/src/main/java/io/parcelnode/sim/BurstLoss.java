package io.parcelnode.sim;

/**
 * Losses that come in bursts (Gilbert-Elliott): a link is good or bad, and may change at each packet.
 *
 * @param beginShare probability that a good link turns bad at a packet
 * @param endShare probability that a bad link turns good at a packet; bursts last for its inverse on average
 * @param lossShare share of packets that a bad link loses
 */
public record BurstLoss(double beginShare, double endShare, double lossShare) {
    public static final BurstLoss NONE = new BurstLoss(0, 1, 0);

    public BurstLoss {
        Ranges.requireShare("beginShare", beginShare);
        Ranges.requireShare("endShare", endShare);
        Ranges.requireShare("lossShare", lossShare);
    }
}
