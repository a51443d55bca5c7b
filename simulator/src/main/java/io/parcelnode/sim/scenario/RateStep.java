package io.parcelnode.sim.scenario;

import java.time.Duration;

/**
 * The bottleneck changes its rate. Packets that it had queued before that still leave at the old one.
 *
 * @param at measured from the start of the run
 */
public record RateStep(Duration at, long rateBitsPerSecond) {
    public RateStep {
        PathPlan.requireRate("rateBitsPerSecond", rateBitsPerSecond);
        if (at.isNegative()) {
            throw new IllegalArgumentException("at=" + at + " is negative");
        }
    }
}
