package io.parcelnode.node.simulate;

import io.parcelnode.node.cli.Units;
import io.parcelnode.sim.Blackout;
import io.parcelnode.sim.cross.TcpVariant;
import io.parcelnode.sim.scenario.PathPlan;
import io.parcelnode.sim.scenario.RateStep;
import io.parcelnode.sim.scenario.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What was simulated, in words for titles and summaries. */
record Conditions(SimulateOptions options, Scenario scenario) {
    /** One line: {@code 4 flows, rtt 100ms, 1 Gbit/s, queue 11.9 MiB, loss 0.1%}. */
    String title() {
        PathPlan path = scenario.path();
        List<String> parts = new ArrayList<>();
        parts.add(options.flows == 1 ? "1 flow" : options.flows + " flows");
        crossNames().forEach(parts::add);
        parts.add("rtt " + options.rtts.stream().map(Units::describeTime).collect(Collectors.joining("/")));
        parts.add(Units.describeRate(path.rateBitsPerSecond()));
        parts.add("queue " + Units.describeBytes(path.queueBytes()));
        addShare(parts, "loss", path.lossShare());
        if (path.burstPackets() > 1) {
            parts.add("bursts of " + path.burstPackets());
        }
        addShare(parts, "reordered", path.reorderShare());
        addShare(parts, "duplicated", path.duplicateShare());
        addShare(parts, "corrupted", path.corruptShare());
        addShare(parts, "return loss", path.returnLossShare());
        if (!path.jitter().isZero()) {
            parts.add("jitter " + Units.describeTime(path.jitter()));
        }
        if (options.limitBits != null) {
            parts.add("limit " + Units.describeRate(options.limitBits));
        }
        for (Blackout blackout : path.blackouts()) {
            Duration length = blackout.to().minus(blackout.from());
            parts.add("blackout " + Units.describeTime(blackout.from()) + ':' + Units.describeTime(length));
        }
        for (RateStep step : path.steps()) {
            parts.add("step " + Units.describeTime(step.at()) + ':' + Units.describeRate(step.rateBitsPerSecond()));
        }
        parts.add("seed " + scenario.seed());
        return String.join(", ", parts);
    }

    /** Of each column of the time series: {@code flow 1}, then {@code cubic 1}. */
    List<String> flowNames() {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= scenario.flows().size(); i++) {
            names.add("flow " + i);
        }
        for (int i = 1; i <= scenario.cross().size(); i++) {
            names.add(name(scenario.cross().get(i - 1)) + ' ' + i);
        }
        return names;
    }

    static String name(TcpVariant variant) {
        return variant.name().replace("_", "").toLowerCase(Locale.ROOT);
    }

    private List<String> crossNames() {
        return options.cross.stream()
                .map(cross -> cross.count() + " " + name(cross.kind()))
                .toList();
    }

    private static void addShare(List<String> parts, String name, double share) {
        if (share > 0) {
            parts.add(name + ' ' + Units.describeShare(share));
        }
    }
}
