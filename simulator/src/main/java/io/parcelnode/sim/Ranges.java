package io.parcelnode.sim;

import java.time.Duration;

/** Checks of what a link may be told. In a class of its own, so that the constants of no other depend on another's. */
final class Ranges {
    private static final Duration DELAY_MAX = Duration.ofMinutes(1);

    private Ranges() {}

    static void requireShare(String name, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(name + "=" + share + " is outside 0..1");
        }
    }

    static void requireDelay(String name, Duration delay) {
        if (delay.isNegative() || delay.compareTo(DELAY_MAX) > 0) {
            throw new IllegalArgumentException(name + "=" + delay + " is outside " + Duration.ZERO + ".." + DELAY_MAX);
        }
    }
}
