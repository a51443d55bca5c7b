package io.parcelnode.perf.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parcelnode.perf.Sample;
import io.parcelnode.perf.ledger.LedgerComparison.Cost;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/** Medians of the downloads with ledger and metrics and of those without, and how they differ. */
record LedgerReport(ServedFolder served, List<Cost> with, List<Cost> without) {
    String text() {
        return String.format(
                Locale.ROOT,
                "%d x %d bytes, %d downloads from each, medians%n"
                        + "%-26s %10s %8s %10s%n"
                        + "%-26s %10.3f %7.0f%% %10.3f%n"
                        + "%-26s %10.3f %7.0f%% %10.3f%n"
                        + "%-26s %+9.1f%% %8s %+9.1f%%",
                served.files(),
                served.sizeBytes(),
                with.size(),
                "",
                "seconds",
                "spread",
                "CPU s",
                "ledger and admin port",
                seconds(with).median(),
                100 * seconds(with).spread(),
                cpu(with).median(),
                "neither",
                seconds(without).median(),
                100 * seconds(without).spread(),
                cpu(without).median(),
                "difference",
                100 * more(seconds(with), seconds(without)),
                "",
                100 * more(cpu(with), cpu(without)));
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("what", "ledger")
                .put("files", served.files())
                .put("size_bytes", served.sizeBytes())
                .put("runs", with.size())
                .put("seconds_with", rounded(seconds(with).median()))
                .put("seconds_without", rounded(seconds(without).median()))
                .put("seconds_more", rounded(more(seconds(with), seconds(without))))
                .put("server_cpu_s_with", rounded(cpu(with).median()))
                .put("server_cpu_s_without", rounded(cpu(without).median()))
                .put("server_cpu_more", rounded(more(cpu(with), cpu(without))));
    }

    private static double more(Sample one, Sample other) {
        return one.median() / other.median() - 1;
    }

    private static Sample seconds(List<Cost> costs) {
        return Sample.of(costs, Cost::seconds);
    }

    private static Sample cpu(List<Cost> costs) {
        return Sample.of(costs, Cost::cpuSeconds);
    }

    private static BigDecimal rounded(double value) {
        return BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP);
    }
}
