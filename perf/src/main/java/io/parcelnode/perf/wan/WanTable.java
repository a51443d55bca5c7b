package io.parcelnode.perf.wan;

import io.parcelnode.node.cli.Units;
import java.io.PrintStream;
import java.util.Locale;

/** A table for people. */
final class WanTable implements ReportWriter {
    private final PrintStream out;

    WanTable(PrintStream out) {
        this.out = out;
    }

    @Override
    public void write(CellReport report) {
        WanCell cell = report.cell();
        out.printf(
                Locale.ROOT,
                "%s, %s, loss %s (runs of %s), jitter %s, queue %d bytes%s, %s a transfer, ideal %.0f Mbit/s%s%n",
                Units.describeRate(cell.rateBits()),
                Units.describeTime(cell.rtt()),
                Units.describeShare(cell.lossShare()),
                WanCell.plain(cell.burstPackets()),
                Units.describeTime(cell.jitter()),
                cell.queueBytes(),
                changes(cell),
                Units.describeBytes(report.bytes()),
                cell.idealMegabitsPerSecond(),
                report.qualification() != null && !report.qualification().isQualified() ? ", NOT QUALIFIED" : "");
        out.printf(
                "%-14s %10s %9s %10s %12s %13s %8s %8s %5s%n",
                "peer", "Mbit/s", "of ideal", "CPU s/GB", "sent/deliv.", "resent>lost", "spread", "stopped", "runs");
        for (WanResult result : report.results()) {
            if (result.isError()) {
                out.printf("%-14s %s%n", result.peer(), result.error());
                continue;
            }
            out.printf(
                    Locale.ROOT,
                    "%-14s %10.1f %8.1f%% %10.2f %12.4f %13s %7.0f%% %8d %5d%n",
                    result.peer(),
                    result.rate().median(),
                    100 * result.shareOfIdeal(cell),
                    result.cpuSecondsPerGb().median(),
                    result.sentOverDelivered().median(),
                    result.hasCounters()
                            ? String.format(
                                    Locale.ROOT,
                                    "%.2f%%",
                                    100 * result.resentBeyondLostShare().median())
                            : "-",
                    100 * result.rate().spread(),
                    result.stoppedRuns(),
                    result.runs().size());
        }
        out.println();
    }

    private static String changes(WanCell cell) {
        StringBuilder text = new StringBuilder();
        cell.blackouts().forEach(blackout -> text.append(", blackout ").append(blackout));
        cell.steps().forEach(step -> text.append(", step ").append(step));
        return text.toString();
    }
}
