package io.parcelnode.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a link does wrong. Immutable, the filter's own state excepted.
 *
 * @param lossShare share of packets that vanish, each on its own
 * @param burstLoss losses that come in bursts
 * @param filter packets that vanish by script
 * @param jitterMax each packet is held back by a random time up to this, so that packets overtake each other
 * @param reorderShare share of packets that are held back by {@code reorderDelay} as well, so that others overtake them
 * @param reorderDelay for how long
 * @param duplicateShare share of packets that arrive twice
 * @param corruptShare share of packets that arrive with one bit flipped. UDP's checksum turns nearly all damage into
 *     loss; this is the rest, against which UDT has no defence but its checks of form
 * @param truncateShare share of packets that arrive shortened; the same holds
 * @param dropAboveBytes packets larger than this, IP and UDP headers (28 bytes) included, vanish; 0 for no limit
 * @param blackouts times in which everything vanishes
 */
public record LinkFaults(
        double lossShare,
        BurstLoss burstLoss,
        PacketFilter filter,
        Duration jitterMax,
        double reorderShare,
        Duration reorderDelay,
        double duplicateShare,
        double corruptShare,
        double truncateShare,
        int dropAboveBytes,
        List<Blackout> blackouts) {

    public static final LinkFaults NONE = new LinkFaults(
            0, BurstLoss.NONE, PacketFilter.NONE, Duration.ZERO, 0, Duration.ZERO, 0, 0, 0, 0, List.of());

    public LinkFaults {
        Ranges.requireShare("lossShare", lossShare);
        Ranges.requireDelay("jitterMax", jitterMax);
        Ranges.requireShare("reorderShare", reorderShare);
        Ranges.requireDelay("reorderDelay", reorderDelay);
        Ranges.requireShare("duplicateShare", duplicateShare);
        Ranges.requireShare("corruptShare", corruptShare);
        Ranges.requireShare("truncateShare", truncateShare);
        if (dropAboveBytes < 0) {
            throw new IllegalArgumentException("dropAboveBytes=" + dropAboveBytes + " is negative");
        }
        blackouts = List.copyOf(blackouts);
    }

    /** Some faults off, the others anything up to extreme; nothing that UDT is allowed to fail at. */
    static LinkFaults draw(RandomGenerator random) {
        LinkFaults faults = NONE;
        if (random.nextInt(2) == 0) {
            faults = faults.withLossShare(Math.pow(random.nextDouble(), 3) * 0.4);
        }
        if (random.nextInt(3) == 0) {
            faults = faults.withBurstLoss(
                    new BurstLoss(random.nextDouble(0.02), random.nextDouble(0.01, 0.5), random.nextDouble()));
        }
        if (random.nextInt(2) == 0) {
            faults = faults.withJitterMax(Duration.ofNanos(random.nextLong(30_000_000)));
        }
        if (random.nextInt(3) == 0) {
            faults = faults.withDuplicateShare(random.nextDouble(0.5));
        }
        List<Blackout> blackouts = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            Duration from = Duration.ofMillis(random.nextInt(8_000));
            blackouts.add(new Blackout(from, from.plusMillis(random.nextInt(3_000))));
        }
        return faults.withBlackouts(blackouts);
    }

    public LinkFaults withLossShare(double share) {
        return new LinkFaults(
                share,
                burstLoss,
                filter,
                jitterMax,
                reorderShare,
                reorderDelay,
                duplicateShare,
                corruptShare,
                truncateShare,
                dropAboveBytes,
                blackouts);
    }

    public LinkFaults withBurstLoss(BurstLoss burst) {
        return new LinkFaults(
                lossShare,
                burst,
                filter,
                jitterMax,
                reorderShare,
                reorderDelay,
                duplicateShare,
                corruptShare,
                truncateShare,
                dropAboveBytes,
                blackouts);
    }

    public LinkFaults withFilter(PacketFilter packets) {
        return new LinkFaults(
                lossShare,
                burstLoss,
                packets,
                jitterMax,
                reorderShare,
                reorderDelay,
                duplicateShare,
                corruptShare,
                truncateShare,
                dropAboveBytes,
                blackouts);
    }

    public LinkFaults withJitterMax(Duration jitter) {
        return new LinkFaults(
                lossShare,
                burstLoss,
                filter,
                jitter,
                reorderShare,
                reorderDelay,
                duplicateShare,
                corruptShare,
                truncateShare,
                dropAboveBytes,
                blackouts);
    }

    public LinkFaults withReorder(double share, Duration delay) {
        return new LinkFaults(
                lossShare,
                burstLoss,
                filter,
                jitterMax,
                share,
                delay,
                duplicateShare,
                corruptShare,
                truncateShare,
                dropAboveBytes,
                blackouts);
    }

    public LinkFaults withDuplicateShare(double share) {
        return new LinkFaults(
                lossShare,
                burstLoss,
                filter,
                jitterMax,
                reorderShare,
                reorderDelay,
                share,
                corruptShare,
                truncateShare,
                dropAboveBytes,
                blackouts);
    }

    public LinkFaults withCorruptShare(double share) {
        return new LinkFaults(
                lossShare,
                burstLoss,
                filter,
                jitterMax,
                reorderShare,
                reorderDelay,
                duplicateShare,
                share,
                truncateShare,
                dropAboveBytes,
                blackouts);
    }

    public LinkFaults withTruncateShare(double share) {
        return new LinkFaults(
                lossShare,
                burstLoss,
                filter,
                jitterMax,
                reorderShare,
                reorderDelay,
                duplicateShare,
                corruptShare,
                share,
                dropAboveBytes,
                blackouts);
    }

    public LinkFaults withDropAboveBytes(int bytes) {
        return new LinkFaults(
                lossShare,
                burstLoss,
                filter,
                jitterMax,
                reorderShare,
                reorderDelay,
                duplicateShare,
                corruptShare,
                truncateShare,
                bytes,
                blackouts);
    }

    public LinkFaults withBlackouts(List<Blackout> windows) {
        return new LinkFaults(
                lossShare,
                burstLoss,
                filter,
                jitterMax,
                reorderShare,
                reorderDelay,
                duplicateShare,
                corruptShare,
                truncateShare,
                dropAboveBytes,
                windows);
    }
}
