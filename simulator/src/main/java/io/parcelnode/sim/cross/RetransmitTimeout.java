package io.parcelnode.sim.cross;

/** RFC 6298, with the clock granularity that TCP stacks have. */
final class RetransmitTimeout {
    private static final double MIN_NS = 1e9;
    private static final double MAX_NS = 60e9;
    private static final double GRANULARITY_NS = 1e6;

    private double smoothedNs;
    private double varianceNs;
    private double timeoutNs = MIN_NS;

    void onSample(double sampleNs) {
        if (smoothedNs == 0) {
            smoothedNs = sampleNs;
            varianceNs = sampleNs / 2;
        } else {
            varianceNs += (Math.abs(smoothedNs - sampleNs) - varianceNs) / 4;
            smoothedNs += (sampleNs - smoothedNs) / 8;
        }
        double wantedNs = smoothedNs + Math.max(GRANULARITY_NS, 4 * varianceNs);
        timeoutNs = Math.max(MIN_NS, Math.min(MAX_NS, wantedNs));
    }

    void backOff() {
        timeoutNs = Math.min(MAX_NS, 2 * timeoutNs);
    }

    double smoothedNs() {
        return smoothedNs;
    }

    long timeoutNs() {
        return (long) timeoutNs;
    }
}
