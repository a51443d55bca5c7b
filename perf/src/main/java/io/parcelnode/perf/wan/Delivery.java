package io.parcelnode.perf.wan;

/**
 * What a receiver has got.
 *
 * @param seconds the peer's own time for it; NaN where the time of the whole command counts
 */
record Delivery(long bytes, double seconds) {
    static final Delivery NOTHING = new Delivery(0, Double.NaN);

    static Delivery of(long bytes) {
        return new Delivery(bytes, Double.NaN);
    }
}
