package io.parcelnode.sim.scenario;

import io.parcelnode.sim.Blackout;
import io.parcelnode.sim.BurstLoss;
import io.parcelnode.sim.LinkFaults;
import java.time.Duration;
import java.util.List;

/**
 * The bottleneck that all flows share, and the way back. Immutable.
 *
 * @param rateBitsPerSecond IP and UDP headers included, 10 kbit/s to 100 Gbit/s; the way back has the same
 * @param queueBytes the drop-tail queue in front of it; 1500 bytes to 2 GiB
 * @param lossShare share of datagrams lost at random behind the bottleneck, 0 to 0.5
 * @param burstPackets mean number of packets lost in a row (Gilbert-Elliott), 1 to 10000; 1 for losses that know nothing
 *     of each other
 * @param jitter each datagram is held back by a random time up to this
 * @param reorderShare share of datagrams held back long enough to be overtaken by a few
 * @param duplicateShare share of datagrams that arrive twice
 * @param corruptShare share of datagrams that arrive damaged, which UDP's checksum turns into loss
 * @param returnLossShare share of datagrams lost on the way back, 0 to 0.5
 * @param blackouts nothing passes, either way
 */
public record PathPlan(
        long rateBitsPerSecond,
        long queueBytes,
        double lossShare,
        double burstPackets,
        Duration jitter,
        double reorderShare,
        double duplicateShare,
        double corruptShare,
        double returnLossShare,
        List<Blackout> blackouts,
        List<RateStep> steps) {
    public static final long RATE_MIN = 10_000;
    public static final long RATE_MAX = 100_000_000_000L;
    public static final long QUEUE_MIN_BYTES = 1_500;
    public static final long QUEUE_MAX_BYTES = Integer.MAX_VALUE;

    private static final int PACKET_BYTES = 1_500;
    /** How many packets may overtake one that is held back, and for how long that takes at least. */
    private static final int OVERTAKING_PACKETS = 8;

    private static final long HELD_BACK_MIN_NS = 100_000;
    private static final long HELD_BACK_MAX_NS = 1_000_000_000;

    public PathPlan {
        requireRate("rateBitsPerSecond", rateBitsPerSecond);
        if (queueBytes < QUEUE_MIN_BYTES || queueBytes > QUEUE_MAX_BYTES) {
            throw new IllegalArgumentException(
                    "queueBytes=" + queueBytes + " is outside " + QUEUE_MIN_BYTES + ".." + QUEUE_MAX_BYTES);
        }
        if (!(burstPackets >= 1 && burstPackets <= 10_000)) {
            throw new IllegalArgumentException("burstPackets=" + burstPackets + " is outside 1..10000");
        }
        if (!(lossShare >= 0 && lossShare <= 0.5 && returnLossShare >= 0 && returnLossShare <= 0.5)) {
            throw new IllegalArgumentException(
                    "lossShare=" + lossShare + " or returnLossShare=" + returnLossShare + " is outside 0..0.5");
        }
        blackouts = List.copyOf(blackouts);
        steps = List.copyOf(steps);
    }

    /** No fault, no change. */
    public static PathPlan clean(long rateBitsPerSecond, long queueBytes) {
        return new PathPlan(rateBitsPerSecond, queueBytes, 0, 1, Duration.ZERO, 0, 0, 0, 0, List.of(), List.of());
    }

    /** The highest rate that the bottleneck ever has. */
    long rateMaxBitsPerSecond() {
        long highest = rateBitsPerSecond;
        for (RateStep step : steps) {
            highest = Math.max(highest, step.rateBitsPerSecond());
        }
        return highest;
    }

    LinkFaults faultsThere() {
        LinkFaults faults = LinkFaults.NONE
                .withJitterMax(jitter)
                .withDuplicateShare(duplicateShare)
                .withCorruptShare(corruptShare)
                .withBlackouts(blackouts);
        if (reorderShare > 0) {
            long heldBackNs = OVERTAKING_PACKETS * PACKET_BYTES * 8_000_000_000L / rateBitsPerSecond;
            heldBackNs = Math.max(HELD_BACK_MIN_NS, Math.min(HELD_BACK_MAX_NS, heldBackNs));
            faults = faults.withReorder(reorderShare, Duration.ofNanos(heldBackNs));
        }
        if (burstPackets == 1) {
            return faults.withLossShare(lossShare);
        }
        // Of a long time, lossShare is bad; a bad time ends at each packet with probability 1 / burstPackets.
        double end = 1 / burstPackets;
        return faults.withBurstLoss(new BurstLoss(end * lossShare / (1 - lossShare), end, 1));
    }

    LinkFaults faultsBack() {
        return LinkFaults.NONE.withLossShare(returnLossShare).withBlackouts(blackouts);
    }

    static void requireRate(String name, long bitsPerSecond) {
        if (bitsPerSecond < RATE_MIN || bitsPerSecond > RATE_MAX) {
            throw new IllegalArgumentException(
                    name + "=" + bitsPerSecond + " is outside " + RATE_MIN + ".." + RATE_MAX);
        }
    }
}
