package io.parcelnode.udt.engine;

import org.HdrHistogram.Histogram;

/**
 * Smoothed round trip time and its mean deviation in microseconds (draft section 6.2).
 *
 * <p>The draft updates the mean before taking the deviation; libudt takes the deviation first, and deployed peers run
 * that. This class does the same, and its test pins the order. Unlike libudt it believes its first sample at once: from
 * a start of 100 ms it would take 40 ACKs to come near 1 ms. Owned by one connection; not thread-safe.
 */
final class RttEstimator {
    private static final double INITIAL_MICROS = 100_000;
    private static final long SAMPLE_MAX_MICROS = 60_000_000;

    private final Histogram samplesMicros = new Histogram(1, SAMPLE_MAX_MICROS, 2);
    private double rttMicros = INITIAL_MICROS;
    private double varianceMicros = INITIAL_MICROS / 2;
    private boolean known;

    /** A round trip measured here, from an ACK to its ACK2 or from a handshake request to its answer. */
    void onSample(double sampleMicros) {
        samplesMicros.recordValue((long) Math.max(1, Math.min(sampleMicros, SAMPLE_MAX_MICROS)));
        smooth(sampleMicros);
    }

    /** The peer's own smoothed value, as its ACK reports it. */
    void onReport(double reportedMicros) {
        smooth(reportedMicros);
    }

    double rttMicros() {
        return rttMicros;
    }

    double varianceMicros() {
        return varianceMicros;
    }

    /** How long an answer may take before it counts as late, in nanoseconds: RTT + 4 * variance. */
    long patienceNs() {
        return (long) ((rttMicros + 4 * varianceMicros) * 1_000);
    }

    long percentileMicros(double percentile) {
        return samplesMicros.getTotalCount() == 0 ? 0 : samplesMicros.getValueAtPercentile(percentile);
    }

    private void smooth(double micros) {
        if (!known) {
            known = true;
            rttMicros = micros;
            varianceMicros = micros / 2;
            return;
        }
        varianceMicros = (3 * varianceMicros + Math.abs(micros - rttMicros)) / 4;
        rttMicros = (7 * rttMicros + micros) / 8;
    }
}
