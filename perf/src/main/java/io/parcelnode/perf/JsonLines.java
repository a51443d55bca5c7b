package io.parcelnode.perf;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** One JSON object a line, for programs. The ratio is left out when libudt was not measured. */
final class JsonLines implements ResultWriter {
    private final PrintStream out;

    JsonLines(PrintStream out) {
        this.out = out;
    }

    @Override
    public void write(List<PeerResult> results) {
        results.forEach(result -> out.println(toJson(result)));
    }

    static ObjectNode toJson(PeerResult result) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("what", "loopback").put("peer", result.peer());
        if (result.isError()) {
            return line.put("error", result.error());
        }
        line.put("mbit_per_s", rounded(result.megabitsPerSecond(), 1));
        line.put("cpu_s_per_gb", rounded(result.cpuSecondsPerGb(), 3));
        line.put("runs", result.runs());
        line.put("spread", rounded(result.spread(), 3));
        if (!Double.isNaN(result.ratioToLibudt())) {
            line.put("ratio_to_libudt", rounded(result.ratioToLibudt(), 3));
        }
        return line;
    }

    private static BigDecimal rounded(double value, int digits) {
        return BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_UP);
    }
}
