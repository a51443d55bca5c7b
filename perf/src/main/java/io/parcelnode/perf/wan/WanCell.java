package io.parcelnode.perf.wan;

import io.parcelnode.node.cli.Units;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One path to measure on.
 *
 * @param rateBits of the bottleneck, per second, IP headers included
 * @param lossShare lost at random on the way of the data, 0 to 1
 * @param burstPackets mean length of a run of losses
 */
record WanCell(
        Duration rtt,
        long rateBits,
        double lossShare,
        double burstPackets,
        Duration jitter,
        long queueBytes,
        List<Blackout> blackouts,
        List<RateStep> steps) {

    /** Bytes of a full datagram that UDT (and SRT) carry as data, and its size with IP, UDP and UDT headers. */
    static final int PAYLOAD_BYTES = 1456;

    static final int MTU_BYTES = 1500;

    /** Less than this many round trips would measure little else than the start. */
    private static final int ROUND_TRIPS_MIN = 60;

    /** Nothing passes from {@code at} on, counted from the first data, for {@code length}. */
    record Blackout(Duration at, Duration length) {
        @Override
        public String toString() {
            return Units.describeTime(at) + ":" + Units.describeTime(length);
        }
    }

    /** The bottleneck has another rate from {@code at} on, counted from the first data. */
    record RateStep(Duration at, long rateBits) {
        @Override
        public String toString() {
            return Units.describeTime(at) + ":" + plain(rateBits / 1e6) + "Mbit";
        }
    }

    /** What a transport could deliver that repeats what the link loses and nothing else, with UDT's headers. */
    double idealMegabitsPerSecond() {
        return rateBits / 1e6 * PAYLOAD_BYTES / MTU_BYTES * (1 - lossShare);
    }

    double bdpBytes() {
        return rateBits / 8.0 * seconds(rtt);
    }

    /** At least {@code bytesMin}, and so much that it takes 60 round trips at the ideal rate. */
    long transferBytes(long bytesMin) {
        double longEnough = ROUND_TRIPS_MIN * seconds(rtt) * idealMegabitsPerSecond() * 1e6 / 8;
        return Math.max(bytesMin, (long) Math.ceil(longEnough));
    }

    Duration idealTime(long bytes) {
        return Duration.ofNanos((long) (bytes * 8e3 / idealMegabitsPerSecond()));
    }

    /** The flags of the program that makes the link; the sender is at its left end. */
    List<String> linkOptions(long seed) {
        List<String> options = plainLinkOptions();
        add(options, "--loss", plain(lossShare * 100));
        add(options, "--burst", plain(burstPackets));
        add(options, "--jitter", plain(millis(jitter)));
        for (Blackout blackout : blackouts) {
            add(options, "--blackout", plain(seconds(blackout.at())) + ":" + plain(seconds(blackout.length())));
        }
        for (RateStep step : steps) {
            add(options, "--step", plain(seconds(step.at())) + ":" + plain(step.rateBits() / 1e6));
        }
        add(options, "--seed", Long.toString(seed));
        return options;
    }

    /** The same path without any fault: what is lost on it is the emulator's or the machine's doing. */
    List<String> plainLinkOptions() {
        List<String> options = new ArrayList<>();
        add(options, "--rtt", plain(millis(rtt)));
        add(options, "--rate", plain(rateBits / 1e6));
        add(options, "--queue", Long.toString(queueBytes));
        add(options, "--mtu", Integer.toString(MTU_BYTES));
        return options;
    }

    private static void add(List<String> options, String name, String value) {
        options.add(name);
        options.add(value);
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    /** Without an exponent, and without the noise of binary fractions. */
    static String plain(double value) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(10)).stripTrailingZeros();
        return rounded.toPlainString();
    }
}
