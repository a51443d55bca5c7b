package io.parcelnode.perf.chaos;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parcelnode.perf.chaos.ChaosTotals.FaultTotals;
import java.io.PrintStream;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints the outcome of a campaign, for people or as one JSON object. */
final class ChaosReport {
    private static final double MIB = 1 << 20;

    private final ChaosTotals totals;
    private final long firstSeed;
    private final boolean diskFaults;
    private final double seconds;

    /** @param diskFaults whether a disk could be filled */
    ChaosReport(ChaosTotals totals, long firstSeed, boolean diskFaults, double seconds) {
        this.totals = totals;
        this.firstSeed = firstSeed;
        this.diskFaults = diskFaults;
        this.seconds = seconds;
    }

    void printText(PrintStream out) {
        out.printf(Locale.ROOT, "%-18s %8s %8s %12s%n", "fault", "times", "in runs", "went wrong");
        for (Fault fault : Fault.values()) {
            FaultTotals of = totals.of(fault);
            out.printf(Locale.ROOT, "%-18s %8d %8d %12d%n", name(fault), of.times(), of.runs(), of.failed());
        }
        if (BusyMachine.excused() > 0) {
            out.printf(
                    "%d clients lost a server that was there, or never found it: this machine is too busy%n",
                    BusyMachine.excused());
        }
        out.printf(
                Locale.ROOT,
                "%d runs from seed %d, %d attempts, %.0f s%s%n"
                        + "clients ended with %s%n"
                        + "%d runs went wrong%n"
                        + "after a kill %.1f MiB of what had been written were fetched again on average, %.1f at most"
                        + " (%d kills); otherwise at most %.1f MiB were fetched twice%n",
                totals.runs(),
                firstSeed,
                totals.attempts(),
                seconds,
                diskFaults ? "" : " (no disk could be filled: that takes root on Linux)",
                exitCodes(),
                totals.failed(),
                totals.killCostMeanBytes() / MIB,
                totals.killCostMaxBytes() / MIB,
                totals.killCosts(),
                totals.fetchedTwiceMaxBytes() / MIB);
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("what", "chaos")
                .put("runs", totals.runs())
                .put("seed", firstSeed)
                .put("attempts", totals.attempts())
                .put("kills", totals.of(Fault.KILL_CLIENT).times())
                .put("failed", totals.failed())
                .put("lost_mean_bytes", totals.killCostMeanBytes())
                .put("lost_max_bytes", totals.killCostMaxBytes())
                .put("fetched_twice_max_bytes", totals.fetchedTwiceMaxBytes())
                .put("disk_faults", diskFaults)
                .put("excused_by_load", BusyMachine.excused())
                .put("seconds", Math.round(seconds));
        ObjectNode faults = json.putObject("faults");
        for (Fault fault : Fault.values()) {
            FaultTotals of = totals.of(fault);
            faults.putObject(name(fault))
                    .put("times", of.times())
                    .put("runs", of.runs())
                    .put("failed", of.failed());
        }
        ObjectNode exitCodes = json.putObject("exit_codes");
        totals.exitCodes().forEach((code, times) -> exitCodes.put(String.valueOf(code), times));
        return json;
    }

    private String exitCodes() {
        return totals.exitCodes().entrySet().stream()
                .map(entry -> entry.getKey() + " (" + entry.getValue() + ')')
                .collect(Collectors.joining(", "));
    }

    private static String name(Fault fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
