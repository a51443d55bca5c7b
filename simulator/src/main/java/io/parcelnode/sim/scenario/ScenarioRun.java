package io.parcelnode.sim.scenario;

import io.parcelnode.sim.FlowOptions;
import io.parcelnode.sim.Link;
import io.parcelnode.sim.LinkConditions;
import io.parcelnode.sim.SimulatedFlow;
import io.parcelnode.sim.Simulation;
import io.parcelnode.sim.cross.TcpFlow;
import io.parcelnode.sim.cross.TcpVariant;
import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.UdtStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * Builds the network of a scenario and runs it once. Not thread-safe.
 *
 * <p>All flows share the bottleneck, which has the smallest of their delays; what a flow has more than that lies on a
 * link of its own behind it. The way back is built the same.
 */
public final class ScenarioRun {
    private static final long ENDLESS_BYTES = Long.MAX_VALUE / 2;
    private static final int WAYS = 2;
    private static final int RETURN_QUEUE_BYTES = 64 << 20;

    /** What a flow passes, there and back. */
    private record Way(List<Link> there, List<Link> back) {}

    private final Scenario scenario;
    private final LongSupplier wallClockNs;
    private final Simulation sim;
    private final Link bottleneck;
    private final List<SimulatedFlow> flows = new ArrayList<>();
    private final List<TcpFlow> cross = new ArrayList<>();
    private final Histogram waitsNs = new Histogram(3);
    private final TimeSeries series;
    private final long[] bytesBefore;
    private final double[] sampleMbit;
    private long lostBefore;

    /** @param wallClockNs real time in nanoseconds, read at the start and at the end of the run and nowhere else */
    public ScenarioRun(Scenario scenario, LongSupplier wallClockNs) {
        this.scenario = scenario;
        this.wallClockNs = wallClockNs;
        sim = Simulation.seeded(scenario.seed());
        sim.traceDeliveries();
        sim.verifyChecksums();
        PathPlan path = scenario.path();
        Duration shared = scenario.flows().stream()
                .map(FlowPlan::rtt)
                .min(Duration::compareTo)
                .orElseThrow()
                .dividedBy(WAYS);
        LinkConditions there =
                new LinkConditions(shared, path.rateBitsPerSecond(), (int) path.queueBytes(), path.faultsThere());
        LinkConditions back = new LinkConditions(
                shared,
                path.rateBitsPerSecond(),
                (int) Math.max(RETURN_QUEUE_BYTES, path.queueBytes()),
                path.faultsBack());
        bottleneck = sim.link("there", there);
        Link returning = sim.link("back", back);
        bottleneck.onWait(waitsNs::recordValue);
        for (RateStep step : path.steps()) {
            sim.after(step.at(), () -> bottleneck.conditions(there.withRateBitsPerSecond(step.rateBitsPerSecond())));
        }
        for (FlowPlan plan : scenario.flows()) {
            flows.add(flow(plan, shared, returning));
        }
        for (TcpVariant variant : scenario.cross()) {
            FlowPlan model = scenario.flows().get(cross.size() % flows.size());
            Way way = way("tcp " + (cross.size() + 1), model.rtt(), shared, returning);
            cross.add(TcpFlow.start(sim, variant, way.there(), way.back(), Duration.ZERO));
        }
        series = new TimeSeries(scenario.sampleInterval(), flows.size() + cross.size());
        bytesBefore = new long[series.flows()];
        sampleMbit = new double[series.flows()];
    }

    /** Runs the scenario from its start to its end; once only. */
    public ScenarioResult run(ScenarioProgress progress) {
        long startNs = wallClockNs.getAsLong();
        long endNs = scenario.duration().toNanos();
        long intervalNs = series.interval().toNanos();
        while (sim.nowNs() < endNs) {
            long stepNs = Math.min(intervalNs, endNs - sim.nowNs());
            sim.runFor(Duration.ofNanos(stepNs));
            sample(stepNs);
            progress.onSample(Duration.ofNanos(sim.nowNs()), scenario.duration(), virtualPackets());
        }
        return result(wallClockNs.getAsLong() - startNs);
    }

    /** Seed, conditions, state of the flows and the last packets: what one needs to see after a failure. */
    public String describe() {
        return sim.describe();
    }

    private SimulatedFlow flow(FlowPlan plan, Duration shared, Link returning) {
        Way way = way(String.valueOf(flows.size() + 1), plan.rtt(), shared, returning);
        FlowOptions options = FlowOptions.of(scenario.options(plan)).withStartDelay(plan.start());
        SimulatedFlow flow = sim.flow(options, way.there(), way.back());
        if (plan.limitBitsPerSecond() > 0) {
            flow.client().sendAtMost(plan.limitBitsPerSecond());
        } else {
            flow.client().send(ENDLESS_BYTES);
        }
        if (plan.stop().compareTo(scenario.duration()) < 0) {
            sim.after(plan.stop(), flow.client()::stop);
        }
        return flow;
    }

    private Way way(String name, Duration rtt, Duration shared, Link returning) {
        List<Link> there = new ArrayList<>(List.of(bottleneck));
        List<Link> back = new ArrayList<>(List.of(returning));
        Duration own = rtt.minus(shared.multipliedBy(WAYS));
        if (own.compareTo(Duration.ofNanos(1)) > 0) {
            Duration oneWay = own.dividedBy(WAYS);
            there.add(sim.link("there " + name, LinkConditions.NONE.withOneWayDelay(oneWay)));
            back.add(sim.link("back " + name, LinkConditions.NONE.withOneWayDelay(own.minus(oneWay))));
        }
        return new Way(there, back);
    }

    private void sample(long intervalNs) {
        for (int i = 0; i < series.flows(); i++) {
            long bytes = i < flows.size()
                    ? flows.get(i).server().bytesReceived()
                    : cross.get(i - flows.size()).bytesDelivered();
            sampleMbit[i] = (bytes - bytesBefore[i]) * 8e3 / intervalNs;
            bytesBefore[i] = bytes;
        }
        long lost = bottleneck.packetsDropped() + sim.checksumFailures();
        series.add(sim.nowNs() / 1e9, sampleMbit, bottleneck.queuedBytes(), lost - lostBefore);
        lostBefore = lost;
    }

    private long virtualPackets() {
        long packets = 0;
        for (SimulatedFlow flow : flows) {
            packets += flow.server().dataDatagrams() + flow.client().dataDatagrams();
        }
        return packets;
    }

    private ScenarioResult result(long wallNs) {
        List<FlowResult> results = new ArrayList<>();
        long sent = 0;
        long resent = 0;
        for (int i = 0; i < flows.size(); i++) {
            FlowResult result = result(scenario.flows().get(i), flows.get(i));
            results.add(result);
            sent += result.packetsSent();
            resent += result.packetsRetransmitted();
        }
        return new ScenarioResult(
                scenario,
                results,
                crossMbit(),
                ScenarioResult.jain(results),
                (bottleneck.bytesPassed() - bottleneck.queuedBytes()) / capacityBytes(),
                sent == 0 ? 0 : (double) resent / sent,
                waitsNs.getValueAtPercentile(50) / 1e6,
                waitsNs.getValueAtPercentile(99) / 1e6,
                virtualPackets(),
                lostBefore,
                wallNs,
                sim.traceHash(),
                series);
    }

    private FlowResult result(FlowPlan plan, SimulatedFlow flow) {
        UdtStats stats = flow.client().stats();
        long bytes = flow.server().bytesRead();
        double seconds = plan.stop().minus(plan.start()).toNanos() / 1e9;
        CloseReason reason = flow.client().closeReason();
        return new FlowResult(
                plan,
                bytes * 8 / 1e6 / seconds,
                bytes,
                stats.packetsSent(),
                stats.packetsRetransmitted(),
                reason == CloseReason.LOCAL_CLOSE ? null : reason);
    }

    private List<Double> crossMbit() {
        double seconds = scenario.duration().toNanos() / 1e9;
        return cross.stream()
                .map(flow -> flow.bytesDelivered() * 8 / 1e6 / seconds)
                .toList();
    }

    /** What the bottleneck could have carried, whatever its blackouts. */
    private double capacityBytes() {
        List<RateStep> steps = new ArrayList<>(scenario.path().steps());
        steps.sort((one, other) -> one.at().compareTo(other.at()));
        double bytes = 0;
        double rate = scenario.path().rateBitsPerSecond() / 8.0;
        Duration from = Duration.ZERO;
        for (RateStep step : steps) {
            bytes += rate * step.at().minus(from).toNanos() / 1e9;
            rate = step.rateBitsPerSecond() / 8.0;
            from = step.at();
        }
        return bytes + rate * scenario.duration().minus(from).toNanos() / 1e9;
    }
}
