package io.parcelnode.proto;

/**
 * How long the place that a file comes from took to answer the requests made for it, each from its start to the first
 * byte of its answer.
 *
 * @param answers   how many there were; the other figures are 0 without one
 * @param meanMicros of those, in microseconds
 * @param p99Micros  of those, in microseconds
 */
public record SourceLatency(long answers, long meanMicros, long p99Micros) {
    public static final SourceLatency NONE = new SourceLatency(0, 0, 0);
}
