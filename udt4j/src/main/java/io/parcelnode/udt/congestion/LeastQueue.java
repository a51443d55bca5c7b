package io.parcelnode.udt.congestion;

/**
 * The queue that has stood for some time: the least of the last 50 to 100 ms, or of the last round trip if that is
 * longer. A flow with a short round trip would else give way to each burst, its own after a pause of a processor and
 * those of probes, while one with a long round trip sees only what remains between them. Owned by one congestion
 * control; not thread-safe.
 */
final class LeastQueue {
    private static final long SPAN_NS = 50_000_000;

    private long spanNs;
    private long leastNs;
    private long leastBeforeNs;

    /** No queue stood until now. */
    void restart() {
        spanNs = 0;
        leastNs = Long.MAX_VALUE;
        leastBeforeNs = 0;
    }

    /**
     * @param queueNs least of a round trip
     * @param durationNs of this round trip
     */
    long of(long queueNs, long durationNs) {
        leastNs = Math.min(leastNs, queueNs);
        long stoodNs = Math.min(leastNs, durationNs >= SPAN_NS ? queueNs : leastBeforeNs);
        spanNs += durationNs;
        if (spanNs >= SPAN_NS) {
            leastBeforeNs = leastNs;
            leastNs = Long.MAX_VALUE;
            spanNs = 0;
        }
        return stoodNs;
    }
}
