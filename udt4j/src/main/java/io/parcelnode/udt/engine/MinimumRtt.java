package io.parcelnode.udt.engine;

/** The least round trip time of the last ten to twenty seconds: what the path takes without a queue. Not thread-safe. */
final class MinimumRtt {
    private static final long WINDOW_NS = 20_000_000_000L;

    private long currentNs = Long.MAX_VALUE;
    private long previousNs = Long.MAX_VALUE;
    private long epochEndNs = Long.MIN_VALUE;

    void onSample(long nowNs, long rttNs) {
        if (nowNs >= epochEndNs) {
            previousNs = currentNs;
            currentNs = Long.MAX_VALUE;
            epochEndNs = nowNs + WINDOW_NS / 2;
        }
        currentNs = Math.min(currentNs, rttNs);
    }

    /** 0 before the first sample. */
    long ns() {
        long least = Math.min(currentNs, previousNs);
        return least == Long.MAX_VALUE ? 0 : least;
    }
}
