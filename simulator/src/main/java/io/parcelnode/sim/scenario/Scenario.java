package io.parcelnode.sim.scenario;

import io.parcelnode.sim.Simulation;
import io.parcelnode.sim.cross.TcpVariant;
import io.parcelnode.udt.UdtOptions;
import java.time.Duration;
import java.util.List;

/**
 * What is to be simulated: a dumbbell of flows over one bottleneck. Immutable.
 *
 * @param flows 1 to 1000; each stops no later than the run
 * @param cross TCP flows beside them for the whole run, at most 1000; they have the round trips of the flows, in turn
 * @param duration of the run, up to 24 h
 * @param seed everything random follows from it
 */
public record Scenario(List<FlowPlan> flows, List<TcpVariant> cross, PathPlan path, Duration duration, long seed) {
    public static final int FLOWS_MAX = 1_000;
    public static final Duration DURATION_MAX = Duration.ofHours(24);

    private static final int PAYLOAD_BYTES = 1_456;
    private static final int MTU_BYTES = 1_500;
    /** What an end starts with before it knows the path; see Sender. */
    private static final int SEND_BUFFER_MIN_BYTES = 1 << 20;
    /** The largest window that the engine takes. */
    private static final long WINDOW_MAX_BYTES = UdtOptions.SEND_BUFFER_MAX_BYTES;
    /** ACKs come every 10 ms and the windows should never be what holds a flow back. */
    private static final double ACK_SECONDS = 0.03;

    private static final double MARGIN = 1.1;
    /** With loss some packets need several round trips to arrive, and all behind them wait in the windows. */
    private static final double MARGIN_WITH_LOSS = 4;

    /** Bookkeeping of both ends for one packet of the window, which is rounded up to a power of two. */
    private static final int BYTES_PER_WINDOW_PACKET = 64;

    private static final long FLOW_BYTES = 600_000;
    private static final long REST_BYTES = 32 << 20;
    /** Out-of-order packets wait for a repeated one: the round trip that it takes, and one more when it is lost too. */
    private static final int ROUND_TRIPS_WAITING = 2;
    /** Of a flow's packets, those that the simulator has to keep whole: reports, and what is sent again after short ones. */
    private static final double WHOLE_SHARE = 0.125;

    public Scenario {
        flows = List.copyOf(flows);
        if (flows.isEmpty() || flows.size() > FLOWS_MAX) {
            throw new IllegalArgumentException(flows.size() + " flows are outside 1.." + FLOWS_MAX);
        }
        cross = List.copyOf(cross);
        if (cross.size() > FLOWS_MAX) {
            throw new IllegalArgumentException(cross.size() + " flows of cross traffic are more than " + FLOWS_MAX);
        }
        if (duration.isNegative() || duration.isZero() || duration.compareTo(DURATION_MAX) > 0) {
            throw new IllegalArgumentException("duration=" + duration + " is outside 0.." + DURATION_MAX);
        }
        for (FlowPlan flow : flows) {
            if (flow.stop().compareTo(duration) > 0) {
                throw new IllegalArgumentException("a flow stops at " + flow.stop() + ", after the run's " + duration);
            }
        }
    }

    /** Time between two samples of the time series: 1, 2 or 5 times a power of ten, so that there are at most 1000. */
    public Duration sampleInterval() {
        long atLeastNs = Math.max(1_000_000, (duration.toNanos() + 999) / 1_000);
        long unitNs = 1_000_000;
        while (unitNs * 10 <= atLeastNs) {
            unitNs *= 10;
        }
        int factor = atLeastNs <= unitNs ? 1 : atLeastNs <= 2 * unitNs ? 2 : atLeastNs <= 5 * unitNs ? 5 : 10;
        return Duration.ofNanos(factor * unitNs);
    }

    /**
     * Heap that a run may need at its worst moment.
     *
     * @throws IllegalArgumentException when no heap would do, because the engine's windows or the network's store end
     */
    public long memoryBytes() {
        long flightBytes = 0;
        long buffersBytes = 0;
        for (FlowPlan flow : flows) {
            requireWindow(flow);
            long windowBytes = windowBytes(flow);
            flightBytes = Math.max(flightBytes, windowBytes);
            buffersBytes += windowBytes + 2 * windowBytes / PAYLOAD_BYTES * BYTES_PER_WINDOW_PACKET + FLOW_BYTES;
        }
        double copies = 1 + path.duplicateShare();
        double jitterBytes = path.rateMaxBitsPerSecond() / 8.0 * path.jitter().toNanos() / 1e9;
        // The windows of many flows add up, but no more than the bottleneck lets through is on its way behind it.
        long flightPackets = (long) ((flightBytes + jitterBytes) * copies / MTU_BYTES);
        if (flightPackets > Simulation.PACKETS_MAX) {
            throw new IllegalArgumentException(
                    "up to " + flightPackets + " packets would be on their way at once, and the" + " simulator takes "
                            + Simulation.PACKETS_MAX + "; take a lower rate, round trip or queue");
        }
        double wholeShare = cross.isEmpty() ? Math.min(1, WHOLE_SHARE + path.corruptShare()) : 1;
        return REST_BYTES
                + cross.size() * FLOW_BYTES
                + buffersBytes
                + ROUND_TRIPS_WAITING * flightBytes
                + flightPackets * Simulation.PACKET_MEMORY_BYTES
                + (long) (flightPackets * wholeShare * Simulation.WHOLE_PACKET_MEMORY_BYTES);
    }

    /**
     * Limits that do not hold the flow back, even if it has the bottleneck for itself. Only on a lossy path that needs
     * nearly the engine's largest window without loss they may, as they would on a real one.
     */
    UdtOptions options(FlowPlan flow) {
        requireWindow(flow);
        int windowBytes = (int) windowBytes(flow);
        return UdtOptions.DEFAULT
                .withMtuBytes(MTU_BYTES)
                .withCongestion(flow.congestion())
                .withSendBufferBytes(windowBytes)
                .withFlightWindowPackets(Math.max(1_024, windowBytes / PAYLOAD_BYTES))
                .withConnectTimeout(Duration.ofMinutes(5))
                .withLingerTimeout(Duration.ZERO);
    }

    private void requireWindow(FlowPlan flow) {
        long atLeastBytes = (long) (fullPathBytes(flow) * MARGIN);
        if (atLeastBytes > WINDOW_MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a flow of round trip " + flow.rtt().toMillis() + " ms would need a window of "
                            + (atLeastBytes >> 20) + " MiB to fill this path, and the engine takes "
                            + (WINDOW_MAX_BYTES >> 20) + "; take a lower rate, round trip or queue");
        }
    }

    private long windowBytes(FlowPlan flow) {
        double wantedBytes = fullPathBytes(flow) * margin();
        return (long) Math.max(SEND_BUFFER_MIN_BYTES, Math.min(wantedBytes, WINDOW_MAX_BYTES));
    }

    private double fullPathBytes(FlowPlan flow) {
        double rate = path.rateMaxBitsPerSecond() / 8.0;
        double seconds = (flow.rtt().toNanos() + path.jitter().toNanos()) / 1e9 + ACK_SECONDS;
        // However short the queue is, start-up ends with twice what the path holds on its way.
        double beyondBytes = Math.max(path.queueBytes(), rate * flow.rtt().toNanos() / 1e9);
        return rate * seconds + beyondBytes;
    }

    private double margin() {
        return path.lossShare() > 0 ? MARGIN_WITH_LOSS : MARGIN;
    }
}
