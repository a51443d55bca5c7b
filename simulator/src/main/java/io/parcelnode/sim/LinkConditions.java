package io.parcelnode.sim;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * One direction of a link. Immutable.
 *
 * @param oneWayDelay time from the end of the queue to the other side, up to 1 minute
 * @param rateBitsPerSecond IP and UDP headers included; 0 for unlimited
 * @param queueBytes most bytes that wait in front of the link, what is more is dropped; without a rate it has no effect
 * @param faults what goes wrong
 */
public record LinkConditions(Duration oneWayDelay, double rateBitsPerSecond, int queueBytes, LinkFaults faults) {
    /** No delay, no limit, no fault. */
    public static final LinkConditions NONE = new LinkConditions(Duration.ZERO, 0, 1 << 20, LinkFaults.NONE);

    public LinkConditions {
        Ranges.requireDelay("oneWayDelay", oneWayDelay);
        if (!(rateBitsPerSecond == 0 || rateBitsPerSecond >= 1_000 && rateBitsPerSecond <= 1e12)) {
            throw new IllegalArgumentException(
                    "rateBitsPerSecond=" + rateBitsPerSecond + " is neither 0 nor in 1000..1e12");
        }
        if (queueBytes < 0) {
            throw new IllegalArgumentException("queueBytes=" + queueBytes + " is negative");
        }
    }

    /** A link of that rate and delay whose queue holds one round trip's worth of packets. */
    public static LinkConditions of(double rateBitsPerSecond, Duration oneWayDelay) {
        int queueBytes = (int) (rateBitsPerSecond / 8 * 2 * oneWayDelay.toNanos() / 1e9);
        return new LinkConditions(oneWayDelay, rateBitsPerSecond, queueBytes, LinkFaults.NONE);
    }

    /** A link between LAN and satellite, with faults. */
    public static LinkConditions draw(RandomGenerator random) {
        Duration delay = Duration.ofNanos((long) (Math.pow(random.nextDouble(), 2) * 250e6));
        double rate = random.nextInt(3) == 0 ? 0 : 2e6 * Math.pow(100, random.nextDouble());
        int queueBytes = (int) (20_000 * Math.pow(50, random.nextDouble()));
        return new LinkConditions(delay, rate, queueBytes, LinkFaults.draw(random));
    }

    /** The same link with nothing going wrong any more. */
    public LinkConditions healed() {
        return withFaults(LinkFaults.NONE);
    }

    public LinkConditions withOneWayDelay(Duration delay) {
        return new LinkConditions(delay, rateBitsPerSecond, queueBytes, faults);
    }

    public LinkConditions withRateBitsPerSecond(double bitsPerSecond) {
        return new LinkConditions(oneWayDelay, bitsPerSecond, queueBytes, faults);
    }

    public LinkConditions withQueueBytes(int bytes) {
        return new LinkConditions(oneWayDelay, rateBitsPerSecond, bytes, faults);
    }

    public LinkConditions withFaults(LinkFaults changed) {
        return new LinkConditions(oneWayDelay, rateBitsPerSecond, queueBytes, changed);
    }
}
