package io.parcelnode.udt.congestion;

import java.util.random.RandomGenerator;

/**
 * When to pause so that the path shows itself without any queue (BBR's ProbeRTT). Owned by one congestion control; not
 * thread-safe.
 *
 * <p>Whoever pauses empties the queue for all flows of the bottleneck, and then none of them has to. So each waits a
 * random time more than it must: were all to pause at once, half of the path would lie idle, and a flow that probes at
 * that moment would take the room of all others.
 */
final class ProbeRttTimer {
    private static final long EVERY_NS = 5_000_000_000L;
    private static final long SPREAD_NS = 1_000_000_000;

    private long emptyNs;
    private long spreadNs;

    /** An answer as fast as the fastest has seen the path without a queue. */
    void onDelivered(Delivery delivery, long minimumRttNs) {
        long toleratedNs = Math.max(minimumRttNs / 32, StandingQueue.TARGET_MIN_NS / 2);
        if (delivery.rttNs > 0 && delivery.rttNs <= minimumRttNs + toleratedNs) {
            onPaused(delivery.nowNs);
        }
    }

    /** It was tried, whether the queue ended or not. */
    void onPaused(long nowNs) {
        emptyNs = nowNs;
    }

    /** How long to let others go first, drawn anew from time to time. */
    void draw(RandomGenerator random) {
        spreadNs = (long) (random.nextDouble() * SPREAD_NS);
    }

    /** Flows of our kind may pause any moment now, so this is no time to look for room. */
    boolean isNear(long nowNs) {
        return nowNs - emptyNs > EVERY_NS;
    }

    boolean isDue(long nowNs) {
        return nowNs - emptyNs > EVERY_NS + spreadNs;
    }
}
