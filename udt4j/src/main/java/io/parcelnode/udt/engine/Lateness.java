package io.parcelnode.udt.engine;

/**
 * How much later than its successors a packet may arrive without being lost: the largest lateness of the last seconds,
 * by the times of sending that packets carry. A packet that is sent again carries a new time, so this sees reordering
 * and nothing else. Owned by one connection; not thread-safe.
 */
final class Lateness {
    private static final long EPOCH_NS = 2_000_000_000L;

    private boolean known;
    private int newestMicros;
    private int latestMicros;
    private int previousMicros;
    private long epochEndNs;

    void onArrival(long nowNs, int timestampMicros) {
        if (nowNs >= epochEndNs) {
            previousMicros = latestMicros;
            latestMicros = 0;
            epochEndNs = nowNs + EPOCH_NS;
        }
        int lateMicros = newestMicros - timestampMicros;
        if (!known || lateMicros < 0) {
            known = true;
            newestMicros = timestampMicros;
        } else {
            latestMicros = Math.max(latestMicros, lateMicros);
        }
    }

    /** The newest time of sending that has arrived. */
    int newestMicros() {
        return newestMicros;
    }

    int maxMicros() {
        return Math.max(latestMicros, previousMicros);
    }
}
