package io.parcelnode.sim;

import java.time.Duration;

/**
 * A time in which everything that enters a link vanishes, measured from the start of the simulation.
 *
 * @param from first moment of darkness
 * @param to first moment of light
 */
public record Blackout(Duration from, Duration to) {
    public Blackout {
        if (from.isNegative() || to.compareTo(from) < 0) {
            throw new IllegalArgumentException("a blackout cannot last from " + from + " to " + to);
        }
    }

    boolean covers(long nowNs) {
        return nowNs >= from.toNanos() && nowNs < to.toNanos();
    }
}
