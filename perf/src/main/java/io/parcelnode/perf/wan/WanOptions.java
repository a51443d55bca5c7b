package io.parcelnode.perf.wan;

import io.parcelnode.node.cli.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The flags that say what is measured on which paths. Lists stand for every combination of their values. */
final class WanOptions {
    static final long RATE_MIN = 100_000;
    static final long RATE_MAX = 10_000_000_000L;
    static final String RATE_RANGE = "100Kbit..10Gbit";

    private static final Duration RTT_MAX = Duration.ofSeconds(10);
    private static final Duration JITTER_MAX = Duration.ofSeconds(1);
    private static final double LOSS_MAX = 0.5;
    private static final double BURST_MAX = 10_000;
    private static final long SIZE_MIN = 1 << 20;
    private static final long SIZE_MAX = 64L << 30;
    private static final int RUNS_MAX = 100;
    private static final Duration TIMEOUT_MIN = Duration.ofSeconds(1);
    private static final Duration TIMEOUT_MAX = Duration.ofHours(24);
    private static final long SEED_MAX = 1_000_000_000_000L;
    private static final int CELLS_MAX = 1_000;
    private static final int CHANGES_MAX = 32;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--rtt",
            paramLabel = "T",
            split = ",",
            defaultValue = "100ms",
            converter = Units.Time.class,
            description = "Round trip time, 0ms to 10s; several with commas (default: ${DEFAULT-VALUE}).")
    private List<Duration> rtts;

    @Option(
            names = "--rate",
            paramLabel = "R",
            split = ",",
            defaultValue = "500Mbit",
            converter = Units.Rate.class,
            description = "Rate of the bottleneck, IP headers included, 100Kbit to 10Gbit; several with commas"
                    + " (default: ${DEFAULT-VALUE}).")
    private List<Long> ratesBits;

    @Option(
            names = "--loss",
            paramLabel = "%",
            split = ",",
            defaultValue = "0.1%",
            converter = Units.Share.class,
            description = "Packets lost at random on the way of the data, 0%% to 50%%; several with commas"
                    + " (default: 0.1%%).")
    private List<Double> lossShares;

    @Option(
            names = "--burst",
            paramLabel = "N",
            split = ",",
            defaultValue = "1",
            description = "Mean number of packets lost in a row, 1 to 10000; several with commas"
                    + " (default: ${DEFAULT-VALUE}).")
    private List<Double> burstsPackets;

    @Option(
            names = "--jitter",
            paramLabel = "T",
            split = ",",
            defaultValue = "0ms",
            converter = Units.Time.class,
            description = "Each packet is held back by a random time up to T, which reorders, 0ms to 1s; several with"
                    + " commas (default: ${DEFAULT-VALUE}).")
    private List<Duration> jitters;

    @Option(
            names = "--queue",
            paramLabel = "BYTES or Nbdp",
            defaultValue = "1bdp",
            converter = QueueSize.Converter.class,
            description = "Drop-tail queue of the bottleneck: 1500 bytes to 2G, or a multiple of rate times round trip"
                    + " (default: ${DEFAULT-VALUE}).")
    private QueueSize queue;

    @Option(
            names = "--blackout",
            paramLabel = "AT:FOR",
            converter = Changes.BlackoutConverter.class,
            description = "Nothing passes, either way, from AT after the first data on for FOR; repeatable.")
    private List<WanCell.Blackout> blackouts = new ArrayList<>();

    @Option(
            names = "--step",
            paramLabel = "AT:RATE",
            converter = Changes.StepConverter.class,
            description = "The bottleneck has RATE from AT after the first data on; repeatable.")
    private List<WanCell.RateStep> steps = new ArrayList<>();

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "1G",
            converter = Units.Size.class,
            description = "A transfer is this long, 1M to 64G, or 60 round trips if that is more"
                    + " (default: ${DEFAULT-VALUE}).")
    private long bytesMin;

    @Option(
            names = "--timeout",
            paramLabel = "T",
            converter = Units.Time.class,
            description = "A transfer is stopped after this time, 1s to 24h, and rated by what it delivered"
                    + " (default: twice the ideal time, 60s at least).")
    private Duration timeout;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "3",
            description = "Runs of each peer, 1 to 100 (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the losses of the first run; the next run has the next one (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--peers",
            paramLabel = "NAME",
            split = ",",
            description = "Which to measure: parcel-bbr, parcel-daimd, parcel-auto, libudt, srt, tcp-cubic,"
                    + " tcp-bbr (default: all).")
    private List<String> peers = WanPeer.NAMES;

    @Option(
            names = "--no-preflight",
            description = "Do not check first that the link carries the rate without losing anything itself.")
    private boolean isPreflightOff;

    int runs() {
        requireInRange("--runs", runs, 1, RUNS_MAX, "1.." + RUNS_MAX);
        return runs;
    }

    long bytesMin() {
        requireInRange("--size", bytesMin, SIZE_MIN, SIZE_MAX, "1M..64G");
        return bytesMin;
    }

    /** Null when it was not given. */
    Duration timeout() {
        if (timeout != null) {
            requireInRange("--timeout", timeout, TIMEOUT_MIN, TIMEOUT_MAX, "1s..24h");
        }
        return timeout;
    }

    long seed() {
        requireInRange("--seed", seed, 0L, SEED_MAX, "0.." + SEED_MAX);
        return seed;
    }

    boolean qualifies() {
        return !isPreflightOff;
    }

    List<String> peers() {
        for (String peer : peers) {
            if (!WanPeer.NAMES.contains(peer)) {
                throw refused("--peers '" + peer + "' is none of " + String.join(", ", WanPeer.NAMES));
            }
        }
        return peers.stream().distinct().toList();
    }

    List<WanCell> cells() {
        rtts.forEach(rtt -> requireInRange("--rtt", rtt, Duration.ZERO, RTT_MAX, "0ms..10s"));
        ratesBits.forEach(rate -> {
            if (rate < RATE_MIN || rate > RATE_MAX) {
                throw refused("--rate " + Units.describeRate(rate) + " is outside " + RATE_RANGE);
            }
        });
        lossShares.forEach(loss -> {
            if (loss > LOSS_MAX) {
                throw refused("--loss " + Units.describeShare(loss) + " is outside 0%..50%");
            }
        });
        burstsPackets.forEach(burst -> requireInRange("--burst", burst, 1.0, BURST_MAX, "1..10000"));
        jitters.forEach(jitter -> requireInRange("--jitter", jitter, Duration.ZERO, JITTER_MAX, "0ms..1s"));
        long changes = blackouts.size() + steps.size();
        requireInRange("number of --blackout and --step", changes, 0L, (long) CHANGES_MAX, "0.." + CHANGES_MAX);
        long count = (long) rtts.size() * ratesBits.size() * lossShares.size() * burstsPackets.size() * jitters.size();
        requireInRange("number of paths", count, 1L, (long) CELLS_MAX, "1.." + CELLS_MAX);
        List<WanCell> cells = new ArrayList<>();
        for (long rate : ratesBits) {
            for (Duration rtt : rtts) {
                for (double loss : lossShares) {
                    for (double burst : burstsPackets) {
                        for (Duration jitter : jitters) {
                            cells.add(new WanCell(
                                    rtt, rate, loss, burst, jitter, queue.bytes(rate, rtt), blackouts, steps));
                        }
                    }
                }
            }
        }
        return cells;
    }

    private <T extends Comparable<T>> void requireInRange(String flag, T value, T min, T max, String range) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw refused(flag + " " + describe(value) + " is outside " + range);
        }
    }

    private static String describe(Object value) {
        return value instanceof Duration time ? Units.describeTime(time) : String.valueOf(value);
    }

    private ParameterException refused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
