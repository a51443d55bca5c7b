package io.parcelnode.udt.engine;

import java.util.Arrays;

/**
 * Packets per second that the path could carry, from the spacing of packet pairs: word 5 of our ACKs.
 *
 * <p>A sender lets packets 16n and 16n + 1 go back to back; the bottleneck spreads them to its own pace. Median of the
 * last 64 spacings, then the mean of those within 8 times of it (libudt window.cpp, getBandwidth). Unlike libudt it
 * takes only pairs that arrive one right after the other. Owned by one connection; not thread-safe.
 */
final class LinkCapacity {
    private static final int SAMPLES = 64;
    private static final int SAMPLES_MIN = 4;
    private static final int OUTLIER_FACTOR = 8;
    /** Two datagrams taken from the socket in one go say nothing finer than this. */
    private static final long SPACING_MIN_NS = 1_000;

    private final long[] spacingsNs = new long[SAMPLES];
    private final long[] sorted = new long[SAMPLES];
    private int count;
    private int next;
    private long firstOfPairNs = -1;
    private double packetsPerSecond;
    private boolean stale;

    /** A new packet arrived in order: one of a pair or any other. */
    void onArrival(int sequence, long nowNs) {
        int place = sequence & 15;
        if (place == 0) {
            firstOfPairNs = nowNs;
            return;
        }
        if (place == 1 && firstOfPairNs >= 0) {
            spacingsNs[next] = Math.max(SPACING_MIN_NS, nowNs - firstOfPairNs);
            next = (next + 1) % SAMPLES;
            count = Math.min(count + 1, SAMPLES);
            stale = true;
        }
        firstOfPairNs = -1;
    }

    /** Something else came in between: the pair is spoilt. */
    void onDisorder() {
        firstOfPairNs = -1;
    }

    /** 0 until enough pairs have come. */
    double packetsPerSecond() {
        if (stale && count >= SAMPLES_MIN) {
            stale = false;
            packetsPerSecond = filteredMean();
        }
        return packetsPerSecond;
    }

    private double filteredMean() {
        System.arraycopy(spacingsNs, 0, sorted, 0, count);
        Arrays.sort(sorted, 0, count);
        long median = sorted[count / 2];
        long sum = 0;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (sorted[i] > median / OUTLIER_FACTOR && sorted[i] < median * OUTLIER_FACTOR) {
                sum += sorted[i];
                kept++;
            }
        }
        return kept * 1e9 / sum;
    }
}
