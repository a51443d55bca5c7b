package io.parcelnode.node.simulate;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.CongestionName;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Units;
import io.parcelnode.sim.Blackout;
import io.parcelnode.sim.cross.TcpVariant;
import io.parcelnode.sim.scenario.FlowPlan;
import io.parcelnode.sim.scenario.PathPlan;
import io.parcelnode.sim.scenario.RateStep;
import io.parcelnode.sim.scenario.Scenario;
import io.parcelnode.udt.Congestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** The flags that describe what is simulated, and the scenario that follows from them. */
final class SimulateOptions {
    static final String RATE_RANGE = "10Kbit..100Gbit";

    private static final Duration RTT_MAX = Duration.ofSeconds(10);
    private static final Duration JITTER_MAX = Duration.ofSeconds(1);
    private static final Duration DURATION_MIN = Duration.ofMillis(100);

    @Option(
            names = "--rtt",
            paramLabel = "T",
            split = ",",
            defaultValue = "100ms",
            converter = Units.Time.class,
            description = "Round trip time without queues, 0ms to 10s: one for all flows or one a flow, with commas"
                    + " (default: ${DEFAULT-VALUE}).")
    List<Duration> rtts;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "1Gbit",
            converter = Units.Rate.class,
            description = "Rate of the bottleneck, headers included, 10Kbit to 100Gbit (default: ${DEFAULT-VALUE}).")
    long rateBits;

    @Option(
            names = "--queue",
            paramLabel = "BYTES or Nbdp",
            defaultValue = "1bdp",
            converter = QueueSize.Converter.class,
            description = "Its drop-tail queue: 1500 bytes to 2G, or a multiple of rate times the longest round trip,"
                    + " 10 packets at least (default: ${DEFAULT-VALUE}).")
    QueueSize queue;

    @Option(
            names = "--loss",
            paramLabel = "%",
            defaultValue = "0%",
            converter = Units.Share.class,
            description = "Datagrams lost at random on the data path, 0%% to 50%% (default: 0%%).")
    double lossShare;

    @Option(
            names = "--burst",
            paramLabel = "N",
            defaultValue = "1",
            description = "Mean number of datagrams lost in a row, 1 to 10000 (default: ${DEFAULT-VALUE}).")
    double burstPackets;

    @Option(
            names = "--jitter",
            paramLabel = "T",
            defaultValue = "0ms",
            converter = Units.Time.class,
            description = "Each datagram is held back by a random time up to T, 0ms to 1s (default: ${DEFAULT-VALUE}).")
    Duration jitter;

    @Option(
            names = "--reorder",
            paramLabel = "%",
            defaultValue = "0%",
            converter = Units.Share.class,
            description = "Datagrams held back until about 8 have overtaken them, 0%% to 50%% (default: 0%%).")
    double reorderShare;

    @Option(
            names = "--duplicate",
            paramLabel = "%",
            defaultValue = "0%",
            converter = Units.Share.class,
            description = "Datagrams that arrive twice, 0%% to 50%% (default: 0%%).")
    double duplicateShare;

    @Option(
            names = "--corrupt",
            paramLabel = "%",
            defaultValue = "0%",
            converter = Units.Share.class,
            description = "Datagrams damaged on the way, which UDP's checksum throws away, 0%% to 50%% (default: 0%%).")
    double corruptShare;

    @Option(
            names = "--return-loss",
            paramLabel = "%",
            defaultValue = "0%",
            converter = Units.Share.class,
            description = "Datagrams lost at random on the way back, 0%% to 50%% (default: 0%%).")
    double returnLossShare;

    @Option(
            names = "--blackout",
            paramLabel = "AT:FOR",
            converter = Converters.BlackoutAt.class,
            description = "Nothing passes, either way, from AT on for FOR; repeatable.")
    List<Blackout> blackouts = new ArrayList<>();

    @Option(
            names = "--step",
            paramLabel = "AT:RATE",
            converter = Converters.StepAt.class,
            description = "The bottleneck has RATE from AT on; repeatable.")
    List<RateStep> steps = new ArrayList<>();

    @Option(
            names = "--flows",
            paramLabel = "N",
            defaultValue = "1",
            description = "Flows that share the bottleneck, 1 to 1000 (default: ${DEFAULT-VALUE}).")
    int flows;

    @Option(
            names = "--start-every",
            paramLabel = "T",
            defaultValue = "0s",
            converter = Units.Time.class,
            description = "Start one flow every T instead of all at once.")
    Duration startEvery;

    @Option(
            names = "--stop-every",
            paramLabel = "T",
            defaultValue = "0s",
            converter = Units.Time.class,
            description = "Stop one flow every T, in the order of their starts, so that the last stops at the end.")
    Duration stopEvery;

    @Option(
            names = "--congestion",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "daimd",
            converter = CongestionName.class,
            description = "Congestion control, one for all flows or one a flow: daimd, bbr, tcp or fixed:RATE, such as"
                    + " fixed:200Mbit (default: ${DEFAULT-VALUE}).")
    List<Congestion> congestions;

    @Option(
            names = "--limit",
            paramLabel = "RATE",
            converter = Units.Rate.class,
            description = "Most that each flow's application sends, 10Kbit to 100Gbit.")
    Long limitBits;

    @Option(
            names = "--cross",
            paramLabel = "KIND:N",
            converter = Converters.CrossKind.class,
            description = "N flows of TCP beside, cubic or newreno, with the flows' round trips in turn; repeatable.")
    List<Converters.Cross> cross = new ArrayList<>();

    @Option(
            names = "--duration",
            paramLabel = "T",
            defaultValue = "60s",
            converter = Units.Time.class,
            description = "Virtual time to simulate, 100ms to 24h (default: ${DEFAULT-VALUE}).")
    Duration duration;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Everything random follows from it (default: ${DEFAULT-VALUE}).")
    long seed;

    /** What the flags ask for; what cannot be is a usage error. */
    Scenario scenario() throws CommandException {
        check();
        long queueBytes = queue.bytes(rateBits, Collections.max(rtts));
        require(
                queueBytes >= PathPlan.QUEUE_MIN_BYTES && queueBytes <= PathPlan.QUEUE_MAX_BYTES,
                "--queue of " + queueBytes + " bytes is outside " + PathPlan.QUEUE_MIN_BYTES + ".."
                        + PathPlan.QUEUE_MAX_BYTES);
        PathPlan path = new PathPlan(
                rateBits,
                queueBytes,
                lossShare,
                burstPackets,
                jitter,
                reorderShare,
                duplicateShare,
                corruptShare,
                returnLossShare,
                blackouts,
                steps);
        List<FlowPlan> plans = new ArrayList<>();
        for (int i = 0; i < flows; i++) {
            plans.add(new FlowPlan(
                    rtts.get(rtts.size() == 1 ? 0 : i),
                    start(i),
                    stop(i),
                    limitBits == null ? 0 : limitBits,
                    congestions.get(congestions.size() == 1 ? 0 : i)));
        }
        List<TcpVariant> tcp = new ArrayList<>();
        for (Converters.Cross some : cross) {
            tcp.addAll(Collections.nCopies(some.count(), some.kind()));
        }
        return new Scenario(plans, tcp, path, duration, seed);
    }

    private void check() throws CommandException {
        require(flows >= 1 && flows <= Scenario.FLOWS_MAX, "--flows " + flows + " is outside 1.." + Scenario.FLOWS_MAX);
        requireTime("--duration", duration, DURATION_MIN, Scenario.DURATION_MAX);
        require(
                rtts.size() == 1 || rtts.size() == flows,
                "--rtt has " + rtts.size() + " times for --flows " + flows + "; give one, or one a flow");
        for (Duration rtt : rtts) {
            requireTime("--rtt", rtt, Duration.ZERO, RTT_MAX);
        }
        requireRate("--rate", rateBits);
        if (limitBits != null) {
            requireRate("--limit", limitBits);
        }
        requireShare("--loss", lossShare);
        requireShare("--reorder", reorderShare);
        requireShare("--duplicate", duplicateShare);
        requireShare("--corrupt", corruptShare);
        requireShare("--return-loss", returnLossShare);
        require(burstPackets >= 1 && burstPackets <= 10_000, "--burst " + burstPackets + " is outside 1..10000");
        require(burstPackets == 1 || lossShare > 0, "--burst " + burstPackets + " needs a --loss above 0%");
        requireTime("--jitter", jitter, Duration.ZERO, JITTER_MAX);
        require(
                congestions.size() == 1 || congestions.size() == flows,
                "--congestion has " + congestions.size() + " names for --flows " + flows + "; give one, or one a flow");
        checkChanges();
        checkStarts();
    }

    private void checkChanges() throws CommandException {
        for (Blackout blackout : blackouts) {
            requireWithin("--blackout", blackout.from());
        }
        Set<Duration> times = new HashSet<>();
        for (RateStep step : steps) {
            requireWithin("--step", step.at());
            require(times.add(step.at()), "two --step at " + Units.describeTime(step.at()) + " contradict each other");
        }
    }

    private void checkStarts() throws CommandException {
        require(startEvery.isZero() || flows > 1, "--start-every needs --flows of at least 2");
        require(stopEvery.isZero() || flows > 1, "--stop-every needs --flows of at least 2");
        requireTime("--start-every", startEvery, Duration.ZERO, Scenario.DURATION_MAX);
        requireTime("--stop-every", stopEvery, Duration.ZERO, Scenario.DURATION_MAX);
        for (int i = 0; i < flows; i++) {
            require(
                    start(i).compareTo(duration) < 0,
                    "--start-every " + Units.describeTime(startEvery) + " starts flow " + (i + 1) + " at "
                            + Units.describeTime(start(i)) + ", not within --duration "
                            + Units.describeTime(duration));
            require(
                    stop(i).compareTo(start(i)) > 0,
                    "--stop-every " + Units.describeTime(stopEvery) + " in --duration "
                            + Units.describeTime(duration) + " stops flow " + (i + 1)
                            + " no later than it starts, at " + Units.describeTime(start(i)));
        }
    }

    private Duration start(int flow) {
        return startEvery.multipliedBy(flow);
    }

    private Duration stop(int flow) {
        return duration.minus(stopEvery.multipliedBy(flows - 1L - flow));
    }

    private void requireWithin(String flag, Duration at) throws CommandException {
        require(
                at.compareTo(duration) < 0,
                flag + " at " + Units.describeTime(at) + " is not within --duration " + Units.describeTime(duration));
    }

    private static void requireShare(String flag, double share) throws CommandException {
        require(share <= 0.5, flag + ' ' + Units.describeShare(share) + " is outside 0%..50%");
    }

    private static void requireRate(String flag, long bits) throws CommandException {
        require(
                bits >= PathPlan.RATE_MIN && bits <= PathPlan.RATE_MAX,
                flag + ' ' + bits + "bit is outside " + RATE_RANGE);
    }

    private static void requireTime(String flag, Duration time, Duration min, Duration max) throws CommandException {
        require(
                time.compareTo(min) >= 0 && time.compareTo(max) <= 0,
                flag + ' ' + Units.describeTime(time) + " is outside " + Units.describeTime(min) + ".."
                        + Units.describeTime(max));
    }

    private static void require(boolean condition, String sentence) throws CommandException {
        if (!condition) {
            throw new CommandException(ExitCode.USAGE, sentence);
        }
    }
}
