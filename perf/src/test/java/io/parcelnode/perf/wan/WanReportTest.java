package io.parcelnode.perf.wan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WanReportTest {
    private static final LinkCounters COUNTERS = new LinkCounters(1_100, 30, 20, 1_050, 1_515_000);

    @Test
    void reportsMediansOfTheRuns() {
        WanResult result = result(run(10, false, COUNTERS), run(20, false, COUNTERS), run(16, true, COUNTERS));

        ObjectNode line = WanJson.toJson(report(null, result), result);

        assertEquals(
                "{\"what\":\"wan\",\"peer\":\"srt\",\"mbit_per_s\":0.73,\"cpu_s_per_gb\":2060.440,\"runs\":3,"
                        + "\"spread\":0.800,\"sent_over_delivered\":1.0989,\"ideal_mbit\":484.85,"
                        + "\"share_of_ideal\":0.0015,\"seconds\":16.000,\"wall_s\":17.000,\"stopped_runs\":1,"
                        + "\"delivered_bytes\":1456000,\"emulator_cpu_s\":2.00,\"link_seen\":1100,\"link_lost\":30,"
                        + "\"queue_dropped\":20,\"resent_beyond_lost_share\":0.0100,\"rtt_ms\":100.000,"
                        + "\"rate_mbit\":500.000,\"loss_percent\":0.1000,\"burst\":1.00,\"jitter_ms\":0.000,"
                        + "\"queue_bytes\":6250000,\"size_bytes\":1456000,\"seed\":3,\"rmem_max\":67108864,\"wmem_max\":4194304,"
                        + "\"settings\":\"all large\"}",
                line.toString());
    }

    @Test
    void aLinkThatDoesNotCountLeavesItsFiguresOut() {
        WanResult result = result(run(10, false, COUNTERS), run(10, false, null));

        assertFalse(WanJson.toJson(report(null, result), result).has("queue_dropped"));
        assertTrue(table(report(null, result)).matches("(?s).*srt .* - .*"));
    }

    @Test
    void aFailedPeerIsALineWithAnErrorAndItsPath() {
        WanResult result = new WanResult("srt", "", WanCell.PAYLOAD_BYTES, List.of(), "not installed");

        assertEquals(
                "{\"what\":\"wan\",\"peer\":\"srt\",\"error\":\"not installed\",\"rtt_ms\":100.000,"
                        + "\"rate_mbit\":500.000,\"loss_percent\":0.1000,\"burst\":1.00,\"jitter_ms\":0.000,"
                        + "\"queue_bytes\":6250000,\"size_bytes\":1456000,\"seed\":3,\"rmem_max\":67108864,\"wmem_max\":4194304}",
                WanJson.toJson(report(null, result), result).toString());
        assertTrue(table(report(null, result)).contains("srt            not installed"));
    }

    @Test
    void anEmulatorThatLosesByItselfIsPointedOut() {
        WanResult result = result(run(10, false, COUNTERS));
        Qualification dropping = new Qualification(1_000, 999, 490, 495, 0.5);
        Qualification slow = new Qualification(1_000, 1_000, 400, 495, 0.5);
        Qualification good = new Qualification(1_000, 1_000, 490, 495, 0.5);
        Qualification busy = new Qualification(1_000, 1_000, 490, 495, 0.8);

        assertTrue(good.isQualified());
        assertFalse(busy.isQualified());
        assertFalse(slow.isQualified());
        assertTrue(
                WanJson.toJson(report(dropping, result), result)
                        .toString()
                        .endsWith(
                                "\"qualified\":false,\"preflight_mbit_per_s\":490.0,\"preflight_dropped\":1,\"preflight_cores\":0.50}"));
        assertTrue(table(report(dropping, result)).contains("NOT QUALIFIED"));
        assertFalse(table(report(good, result)).contains("NOT QUALIFIED"));
    }

    @Test
    void changesOfThePathAreNamed() {
        WanCell cell = new WanCell(
                Duration.ofMillis(100),
                500_000_000,
                0,
                1,
                Duration.ZERO,
                6_250_000,
                List.of(new WanCell.Blackout(Duration.ofSeconds(5), Duration.ofMillis(300))),
                List.of(new WanCell.RateStep(Duration.ofSeconds(8), 20_000_000)));
        WanResult result = result(run(10, false, COUNTERS));
        CellReport report = report(cell, null, result);

        assertEquals("5s:300ms", WanJson.toJson(report, result).path("blackout").asText());
        assertEquals("8s:20Mbit", WanJson.toJson(report, result).path("step").asText());
        assertTrue(table(report).contains(", blackout 5s:300ms, step 8s:20Mbit, "), table(report));
    }

    private static String table(CellReport report) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new WanTable(new PrintStream(bytes, true, StandardCharsets.UTF_8)).write(report);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static CellReport report(Qualification qualification, WanResult... results) {
        return report(WanCellTest.CELL, qualification, results);
    }

    private static CellReport report(WanCell cell, Qualification qualification, WanResult... results) {
        return new CellReport(cell, 1_456_000, 3, qualification, 67_108_864, 4_194_304, List.of(results));
    }

    private static WanResult result(WanRun... runs) {
        return new WanResult("srt", "all large", WanCell.PAYLOAD_BYTES, List.of(runs), null);
    }

    /** A thousand datagrams. */
    private static WanRun run(double seconds, boolean isStopped, LinkCounters counters) {
        return new WanRun(1_456_000, seconds, Double.NaN, seconds + 1, 3, 2, 1_600_000, isStopped, counters);
    }
}
