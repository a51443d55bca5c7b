package io.parcelnode.sim.scenario;

import java.time.Duration;
import java.util.Arrays;

/** One sample an interval; each tells of the interval before its time. Filled by one run, then read-only. */
public final class TimeSeries {
    private final Duration interval;
    private final double[][] rateMbit;
    private double[] seconds = new double[64];
    private long[] queueBytes = new long[64];
    private long[] packetsLost = new long[64];
    private int count;

    TimeSeries(Duration interval, int flows) {
        this.interval = interval;
        this.rateMbit = new double[flows][64];
    }

    void add(double atSeconds, double[] flowMbit, long queue, long lost) {
        if (count == seconds.length) {
            grow();
        }
        seconds[count] = atSeconds;
        queueBytes[count] = queue;
        packetsLost[count] = lost;
        for (int flow = 0; flow < rateMbit.length; flow++) {
            rateMbit[flow][count] = flowMbit[flow];
        }
        count++;
    }

    public Duration interval() {
        return interval;
    }

    public int count() {
        return count;
    }

    /** Those of the scenario, then its cross traffic. */
    public int flows() {
        return rateMbit.length;
    }

    /** Virtual seconds since the start. */
    public double seconds(int sample) {
        return seconds[sample];
    }

    /** Payload that arrived, in whatever order, in Mbit/s. */
    public double rateMbit(int flow, int sample) {
        return rateMbit[flow][sample];
    }

    /** Bytes in front of the bottleneck at that moment. */
    public long queueBytes(int sample) {
        return queueBytes[sample];
    }

    /** Datagrams, with data or without, lost on the data path in the interval for whatever reason. */
    public long packetsLost(int sample) {
        return packetsLost[sample];
    }

    private void grow() {
        seconds = Arrays.copyOf(seconds, 2 * count);
        queueBytes = Arrays.copyOf(queueBytes, 2 * count);
        packetsLost = Arrays.copyOf(packetsLost, 2 * count);
        for (int flow = 0; flow < rateMbit.length; flow++) {
            rateMbit[flow] = Arrays.copyOf(rateMbit[flow], 2 * count);
        }
    }
}
