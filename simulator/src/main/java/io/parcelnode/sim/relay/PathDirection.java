package io.parcelnode.sim.relay;

import java.util.SplittableRandom;

/**
 * One direction of the path: decides for each datagram whether and when it comes out. Knows no sockets and no clock.
 *
 * <p>The bottleneck is a virtual clock: the time at which it will have sent everything accepted so far.
 */
final class PathDirection {
    static final long DROPPED = -1;

    private static final int IP_UDP_BYTES = 28;

    private final SplittableRandom random;
    private long lineFreeNs = Long.MIN_VALUE;

    PathDirection(SplittableRandom random) {
        this.random = random;
    }

    /**
     * A datagram enters the path.
     *
     * @return when it comes out, or {@link #DROPPED}
     */
    long enter(long nowNs, int payloadBytes, RelayConditions conditions) {
        int bytes = payloadBytes + IP_UDP_BYTES;
        if (conditions.blackout() || conditions.dropAboveBytes() > 0 && bytes > conditions.dropAboveBytes()) {
            return DROPPED;
        }
        long outNs = nowNs;
        if (conditions.rateBitsPerSecond() > 0) {
            double nsPerByte = 8e9 / conditions.rateBitsPerSecond();
            long startNs = Math.max(nowNs, lineFreeNs);
            if (startNs > nowNs && (startNs - nowNs) / nsPerByte + bytes > conditions.queueBytes()) {
                return DROPPED;
            }
            lineFreeNs = startNs + (long) (bytes * nsPerByte);
            outNs = lineFreeNs;
        }
        // Loss comes after the bottleneck, so that a lost datagram has used its share of it.
        if (conditions.lossShare() > 0 && random.nextDouble() < conditions.lossShare()) {
            return DROPPED;
        }
        outNs += conditions.oneWayDelay().toNanos();
        if (conditions.reorderShare() > 0 && random.nextDouble() < conditions.reorderShare()) {
            outNs += conditions.reorderDelay().toNanos();
        }
        return outNs;
    }
}
