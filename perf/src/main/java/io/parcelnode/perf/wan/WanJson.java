package io.parcelnode.perf.wan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parcelnode.perf.Sample;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** One JSON object a line and peer, for programs. */
final class WanJson implements ReportWriter {
    private final PrintStream out;

    WanJson(PrintStream out) {
        this.out = out;
    }

    @Override
    public void write(CellReport report) {
        for (WanResult result : report.results()) {
            out.println(toJson(report, result));
        }
        out.flush();
    }

    static ObjectNode toJson(CellReport report, WanResult result) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("what", "wan").put("peer", result.peer());
        if (result.isError()) {
            line.put("error", result.error());
        } else {
            putFigures(line, report.cell(), result);
        }
        putPath(line, report.cell());
        line.put("size_bytes", report.bytes()).put("seed", report.seed());
        line.put("rmem_max", report.receiveMaxBytes()).put("wmem_max", report.sendMaxBytes());
        if (!result.isError()) {
            line.put("settings", result.settings());
        }
        Qualification qualification = report.qualification();
        if (qualification != null) {
            line.put("qualified", qualification.isQualified());
            line.put("preflight_mbit_per_s", rounded(qualification.megabitsPerSecond(), 1));
            line.put("preflight_dropped", qualification.dropped());
            line.put("preflight_cores", rounded(qualification.emulatorCores(), 2));
        }
        return line;
    }

    private static void putFigures(ObjectNode line, WanCell cell, WanResult result) {
        line.put("mbit_per_s", rounded(result.rate().median(), 2));
        line.put("cpu_s_per_gb", rounded(result.cpuSecondsPerGb().median(), 3));
        line.put("runs", result.runs().size());
        line.put("spread", rounded(result.rate().spread(), 3));
        line.put("sent_over_delivered", rounded(result.sentOverDelivered().median(), 4));
        line.put("ideal_mbit", rounded(cell.idealMegabitsPerSecond(), 2));
        line.put("share_of_ideal", rounded(result.shareOfIdeal(cell), 4));
        line.put("seconds", rounded(median(result, WanRun::seconds), 3));
        line.put("wall_s", rounded(median(result, WanRun::wallSeconds), 3));
        if (result.hasReportedRate()) {
            line.put("reported_mbit_per_s", rounded(median(result, WanRun::reportedMegabitsPerSecond), 2));
        }
        line.put("stopped_runs", result.stoppedRuns());
        line.put("delivered_bytes", Math.round(median(result, WanRun::bytes)));
        line.put("emulator_cpu_s", rounded(median(result, WanRun::emulatorCpuSeconds), 2));
        if (result.hasCounters()) {
            line.put(
                    "link_seen", Math.round(median(result, run -> run.counters().seen())));
            line.put(
                    "link_lost", Math.round(median(result, run -> run.counters().lost())));
            line.put(
                    "queue_dropped",
                    Math.round(median(result, run -> run.counters().queueDropped())));
            line.put(
                    "resent_beyond_lost_share",
                    rounded(result.resentBeyondLostShare().median(), 4));
        }
    }

    private static double median(WanResult result, ToDoubleFunction<WanRun> figure) {
        return Sample.of(result.runs(), figure).median();
    }

    private static void putPath(ObjectNode line, WanCell cell) {
        line.put("rtt_ms", rounded(WanCell.millis(cell.rtt()), 3));
        line.put("rate_mbit", rounded(cell.rateBits() / 1e6, 3));
        line.put("loss_percent", rounded(100 * cell.lossShare(), 4));
        line.put("burst", rounded(cell.burstPackets(), 2));
        line.put("jitter_ms", rounded(WanCell.millis(cell.jitter()), 3));
        line.put("queue_bytes", cell.queueBytes());
        if (!cell.blackouts().isEmpty()) {
            line.put("blackout", words(cell.blackouts()));
        }
        if (!cell.steps().isEmpty()) {
            line.put("step", words(cell.steps()));
        }
    }

    private static String words(List<?> changes) {
        return changes.stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    private static BigDecimal rounded(double value, int digits) {
        return BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_UP);
    }
}
