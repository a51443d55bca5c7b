package io.parcelnode.sim.relay;

import java.time.Duration;

/**
 * What the path does to each datagram, in either direction. Immutable.
 *
 * @param oneWayDelay time from the end of the queue to the other side, up to 1 minute
 * @param rateBitsPerSecond rate of the bottleneck, IP and UDP headers included, shared by all clients; 0 for unlimited
 * @param queueBytes most bytes that wait in front of the bottleneck, what is more is dropped; without a rate it has no
 *     effect
 * @param lossShare share of datagrams that vanish at random, 0 to 1
 * @param reorderShare share of datagrams that are held back by {@code reorderDelay}, so that later ones pass them
 * @param reorderDelay how long those are held back, up to 1 minute
 * @param dropAboveBytes datagrams whose UDP payload plus 28 bytes is larger vanish, as on a path whose ICMP is
 *     filtered; 0 for no limit
 * @param blackout everything vanishes
 */
public record RelayConditions(
        Duration oneWayDelay,
        double rateBitsPerSecond,
        int queueBytes,
        double lossShare,
        double reorderShare,
        Duration reorderDelay,
        int dropAboveBytes,
        boolean blackout) {

    // Before NONE, whose constructor needs it.
    private static final Duration DELAY_MAX = Duration.ofMinutes(1);

    /** A path without delay, limit or fault. */
    public static final RelayConditions NONE =
            new RelayConditions(Duration.ZERO, 0, 1 << 20, 0, 0, Duration.ZERO, 0, false);

    public RelayConditions {
        requireDelay("oneWayDelay", oneWayDelay);
        requireDelay("reorderDelay", reorderDelay);
        requireShare("lossShare", lossShare);
        requireShare("reorderShare", reorderShare);
        if (!(rateBitsPerSecond == 0 || rateBitsPerSecond >= 1_000 && rateBitsPerSecond <= 1e12)) {
            throw new IllegalArgumentException(
                    "rateBitsPerSecond=" + rateBitsPerSecond + " is neither 0 nor in 1000..1e12");
        }
        if (queueBytes < 0) {
            throw new IllegalArgumentException("queueBytes=" + queueBytes + " is negative");
        }
        if (dropAboveBytes < 0) {
            throw new IllegalArgumentException("dropAboveBytes=" + dropAboveBytes + " is negative");
        }
    }

    public RelayConditions withOneWayDelay(Duration delay) {
        return new RelayConditions(
                delay, rateBitsPerSecond, queueBytes, lossShare, reorderShare, reorderDelay, dropAboveBytes, blackout);
    }

    public RelayConditions withRateBitsPerSecond(double bitsPerSecond) {
        return new RelayConditions(
                oneWayDelay,
                bitsPerSecond,
                queueBytes,
                lossShare,
                reorderShare,
                reorderDelay,
                dropAboveBytes,
                blackout);
    }

    public RelayConditions withQueueBytes(int bytes) {
        return new RelayConditions(
                oneWayDelay, rateBitsPerSecond, bytes, lossShare, reorderShare, reorderDelay, dropAboveBytes, blackout);
    }

    public RelayConditions withLossShare(double share) {
        return new RelayConditions(
                oneWayDelay,
                rateBitsPerSecond,
                queueBytes,
                share,
                reorderShare,
                reorderDelay,
                dropAboveBytes,
                blackout);
    }

    public RelayConditions withReorderShare(double share) {
        return new RelayConditions(
                oneWayDelay, rateBitsPerSecond, queueBytes, lossShare, share, reorderDelay, dropAboveBytes, blackout);
    }

    public RelayConditions withReorderDelay(Duration delay) {
        return new RelayConditions(
                oneWayDelay, rateBitsPerSecond, queueBytes, lossShare, reorderShare, delay, dropAboveBytes, blackout);
    }

    public RelayConditions withDropAboveBytes(int bytes) {
        return new RelayConditions(
                oneWayDelay, rateBitsPerSecond, queueBytes, lossShare, reorderShare, reorderDelay, bytes, blackout);
    }

    public RelayConditions withBlackout(boolean on) {
        return new RelayConditions(
                oneWayDelay, rateBitsPerSecond, queueBytes, lossShare, reorderShare, reorderDelay, dropAboveBytes, on);
    }

    private static void requireDelay(String name, Duration delay) {
        if (delay.isNegative() || delay.compareTo(DELAY_MAX) > 0) {
            throw new IllegalArgumentException(name + "=" + delay + " is outside " + Duration.ZERO + ".." + DELAY_MAX);
        }
    }

    private static void requireShare(String name, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(name + "=" + share + " is outside 0..1");
        }
    }
}
