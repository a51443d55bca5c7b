package io.parcelnode.perf;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** A table for people. */
final class TextTable implements ResultWriter {
    private final PrintStream out;

    TextTable(PrintStream out) {
        this.out = out;
    }

    @Override
    public void write(List<PeerResult> results) {
        out.printf("%-12s %10s %12s %5s %8s %10s%n", "peer", "Mbit/s", "CPU s/GB", "runs", "spread", "to libudt");
        for (PeerResult result : results) {
            if (result.isError()) {
                out.printf("%-12s %s%n", result.peer(), result.error());
            } else {
                out.printf(
                        Locale.ROOT,
                        "%-12s %10.0f %12.2f %5d %7.0f%% %10s%n",
                        result.peer(),
                        result.megabitsPerSecond(),
                        result.cpuSecondsPerGb(),
                        result.runs(),
                        100 * result.spread(),
                        Double.isNaN(result.ratioToLibudt())
                                ? "-"
                                : String.format(Locale.ROOT, "%.2f", result.ratioToLibudt()));
            }
        }
    }
}
