package io.parcelnode.node.simulate;

import io.parcelnode.sim.scenario.ScenarioResult;
import io.parcelnode.sim.scenario.TimeSeries;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** One row a sample: time, queue, losses, then the rate of each flow and of the cross traffic. */
final class CsvFile {
    private CsvFile() {}

    static void write(Path file, ScenarioResult result) throws IOException {
        TimeSeries series = result.series();
        int flows = result.flows().size();
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("seconds,queue_bytes,packets_lost");
            for (int i = 0; i < series.flows(); i++) {
                String name = i < flows
                        ? "flow_" + (i + 1)
                        : Conditions.name(result.scenario().cross().get(i - flows)) + '_' + (i - flows + 1);
                out.write(',' + name + "_mbit");
            }
            out.write('\n');
            for (int sample = 0; sample < series.count(); sample++) {
                out.write(String.format(
                        Locale.ROOT,
                        "%.3f,%d,%d",
                        series.seconds(sample),
                        series.queueBytes(sample),
                        series.packetsLost(sample)));
                for (int i = 0; i < series.flows(); i++) {
                    out.write(String.format(Locale.ROOT, ",%.3f", series.rateMbit(i, sample)));
                }
                out.write('\n');
            }
        }
    }
}
