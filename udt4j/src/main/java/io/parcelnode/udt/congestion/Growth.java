package io.parcelnode.udt.congestion;

/**
 * What the last probe brought, and whether it was there to stay. Owned by one congestion control; not thread-safe.
 *
 * <p>When other flows pause to see the path empty, a probe of that moment finds room that is theirs. It shows when they
 * are back: a queue stands as soon as the probe is over. But one stands as well where the path has become faster and the
 * probe went a little too far. So growth is given back step by step, for as long as the queue stands.
 */
final class Growth {
    /** A probe that brought less did not take what somebody else had paused to send. */
    private static final double LARGE = 1.15;
    /** What remains of a large growth that was taken from others: as much as a probe of a full path may bring. */
    private static final double KEPT = 1.05;
    /** What remains after one round with a queue. A probe that is all that fills a path has gone no further than that. */
    private static final double KEPT_PER_ROUND = 0.85;
    /** For so long a queue after a probe counts as its doing. */
    private static final long DOUBTFUL_NS = 1_000_000_000;

    private double rateBefore;
    private long endNs = Long.MIN_VALUE / 2;

    void onProbe(double rate) {
        rateBefore = rate;
    }

    /** The queue that the probe itself has made is gone. */
    void onProbeDrained(long nowNs) {
        endNs = nowNs;
    }

    /** A queue stood for a round: the rate that is this flow's, given the one that it has. */
    double taken(long nowNs, double rate) {
        boolean doubtful = nowNs - endNs < DOUBTFUL_NS && rateBefore > 0;
        return doubtful && rate > LARGE * rateBefore ? Math.max(KEPT * rateBefore, KEPT_PER_ROUND * rate) : rate;
    }
}
