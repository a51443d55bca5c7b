package io.parcelnode.perf.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChaosReportTest {
    private static final ChaosPlan PLAN = ChaosPlan.draw(1, true);

    private final ChaosTotals totals = new ChaosTotals();

    ChaosReportTest() {
        totals.add(new ChaosResult(
                PLAN,
                Map.of(Fault.KILL_CLIENT, 2, Fault.LOSS, 1),
                Map.of(0, 1, 137, 2),
                3,
                List.of(1L << 20, 3L << 20),
                0,
                List.of()));
        totals.add(new ChaosResult(
                PLAN, Map.of(Fault.KILL_CLIENT, 1), Map.of(0, 1, 137, 1), 2, List.of(), 7, List.of("wrong")));
    }

    @Test
    void sumsWhatTheRunsHaveShown() {
        JsonNode json = new ChaosReport(totals, 5, false, 12.4).json();

        assertEquals(2, json.path("runs").asInt());
        assertEquals(5, json.path("seed").asLong());
        assertEquals(5, json.path("attempts").asInt());
        assertEquals(3, json.path("kills").asInt());
        assertEquals(1, json.path("failed").asInt());
        assertEquals(2 << 20, json.path("lost_mean_bytes").asLong());
        assertEquals(3 << 20, json.path("lost_max_bytes").asLong());
        assertEquals(7, json.path("fetched_twice_max_bytes").asLong());
        JsonNode kills = json.path("faults").path("kill-client");
        assertEquals(2, kills.path("runs").asInt());
        assertEquals(1, kills.path("failed").asInt());
        assertEquals(3, json.path("exit_codes").path("137").asInt());
        assertEquals(Fault.values().length, json.path("faults").size());
    }

    @Test
    void printsALineForEachKindOfFault() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ChaosReport(totals, 5, false, 12.4).printText(new PrintStream(out, true, StandardCharsets.UTF_8));
        String text = out.toString(StandardCharsets.UTF_8);

        for (Fault fault : Fault.values()) {
            String name = fault.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
            assertEquals(
                    1, text.lines().filter(line -> line.startsWith(name + ' ')).count(), text);
        }
        assertTrue(text.contains("1 runs went wrong"), text);
        assertTrue(text.contains("clients ended with 0 (2), 137 (3)"), text);
    }
}
