package io.parcelnode.node.source;

import io.parcelnode.proto.SourceLatency;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.IntCountsHistogram;

/** How long the endpoint took to answer for one file. Thread-safe. */
final class LatencyMeter {
    /** Few files need more answers than these, and an array is smaller than a histogram. */
    private static final int EXACT_MAX = 16;

    private static final int SIGNIFICANT_DIGITS = 2;
    private static final double PERCENTILE = 99;

    private long[] exactMicros = new long[1];
    private IntCountsHistogram histogram;
    private long answers;
    private long sumMicros;

    synchronized void add(long latencyNs) {
        long micros = TimeUnit.NANOSECONDS.toMicros(latencyNs);
        if (histogram == null && answers == EXACT_MAX) {
            histogram = new IntCountsHistogram(SIGNIFICANT_DIGITS);
            for (long exact : exactMicros) {
                histogram.recordValue(exact);
            }
        }
        if (histogram != null) {
            histogram.recordValue(micros);
        } else {
            if (answers == exactMicros.length) {
                exactMicros = java.util.Arrays.copyOf(exactMicros, EXACT_MAX);
            }
            exactMicros[(int) answers] = micros;
        }
        answers++;
        sumMicros += micros;
    }

    synchronized SourceLatency latency() {
        if (answers == 0) {
            return SourceLatency.NONE;
        }
        return new SourceLatency(answers, sumMicros / answers, p99Micros());
    }

    private long p99Micros() {
        if (histogram != null) {
            return histogram.getValueAtPercentile(PERCENTILE);
        }
        long highest = 0; // Of so few it is the highest.
        for (int i = 0; i < answers; i++) {
            highest = Math.max(highest, exactMicros[i]);
        }
        return highest;
    }
}
