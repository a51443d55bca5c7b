package io.parcelnode.node.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parcelnode.node.testing.CommandRun;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;

class SimulateCommandTest {
    private static final String SMALL = "simulate --rtt 20ms --rate 20Mbit --duration 3s ";

    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--flows 0 | --flows 0 is outside 1..1000",
                "--flows 1001 | --flows 1001 is outside 1..1000",
                "--flows many | 'many'",
                "--rtt 11s | --rtt 11s is outside 0s..10s",
                "--rtt soon | 'soon' is not a duration",
                "--rtt 10ms,20ms | --rtt has 2 times for --flows 1",
                "--flows 3 --rtt 10ms,20ms | --rtt has 2 times for --flows 3",
                "--flows 2 --rtt 10ms,11s | --rtt 11s is outside 0s..10s",
                "--rate 9Kbit | --rate 9000bit is outside 10Kbit..100Gbit",
                "--rate 101Gbit | --rate 101000000000bit is outside 10Kbit..100Gbit",
                "--rate fast | 'fast' is not a rate",
                "--queue 1 | --queue of 1 bytes is outside 1500..2147483647",
                "--queue 3G | --queue of 3221225472 bytes is outside 1500..2147483647",
                "--queue 0bdp | '0bdp' is not a multiple",
                "--queue 101bdp | '101bdp' is not a multiple",
                "--queue xbdp | 'xbdp' is not a multiple",
                "--queue big | 'big' is neither a size",
                "--rate 100Gbit --rtt 10s | --queue of 125000000000 bytes is outside",
                "--loss 51% | --loss 51% is outside 0%..50%",
                "--loss 0.1 | '0.1' is not a share",
                "--burst 0 --loss 1% | --burst 0.0 is outside 1..10000",
                "--burst 10001 --loss 1% | --burst 10001.0 is outside 1..10000",
                "--burst 5 | --burst 5.0 needs a --loss above 0%",
                "--burst x | 'x'",
                "--jitter 1001ms | --jitter 1001ms is outside 0s..1s",
                "--reorder 60% | --reorder 60% is outside 0%..50%",
                "--duplicate 60% | --duplicate 60% is outside 0%..50%",
                "--corrupt 60% | --corrupt 60% is outside 0%..50%",
                "--return-loss 60% | --return-loss 60% is outside 0%..50%",
                "--blackout 10s | '10s' is not AT:FOR",
                "--blackout 10s:0s | '10s:0s' is outside",
                "--blackout 60s:1s | --blackout at 60s is not within --duration 60s",
                "--step 10s | '10s' is not AT:RATE",
                "--step 10s:1Kbit | the rate of '10s:1Kbit' is outside 10Kbit..100Gbit",
                "--step 61s:1Mbit | --step at 61s is not within --duration 60s",
                "--step 5s:1Mbit --step 5s:2Mbit | two --step at 5s contradict each other",
                "--start-every 1s | --start-every needs --flows of at least 2",
                "--stop-every 1s | --stop-every needs --flows of at least 2",
                "--flows 4 --start-every 20s | starts flow 4 at 60s, not within --duration 60s",
                "--flows 4 --start-every 10s --stop-every 20s | no later than it starts",
                "--congestion warp | 'warp' is none of daimd, bbr, tcp, fixed:RATE",
                "--congestion fixed:fast | 'fast' is not a rate",
                "--congestion fixed:1Kbit | the rate of 'fixed:1Kbit' is outside 10Kbit..100Gbit",
                "--congestion daimd,daimd | --congestion has 2 names for --flows 1",
                "--limit 1Kbit | --limit 1000bit is outside 10Kbit..100Gbit",
                "--cross cubic | 'cubic' is not KIND:N",
                "--cross reno:1 | 'reno' is none of newreno, cubic",
                "--cross cubic:0 | the number in 'cubic:0' is outside 1..100",
                "--duration 99ms | --duration 99ms is outside 100ms..86400s",
                "--duration 25h | --duration 90000s is outside 100ms..86400s",
                "--seed x | 'x'",
                "--plot x.gif | --plot x.gif ends in neither .png nor .svg",
                "--csv x.svg --plot x.svg | --csv and --plot are the same file",
                "--flows 500 --rate 10Gbit --rtt 100ms | this run may need",
                "--rate 100Gbit --rtt 100ms | would need a window of",
                "extra | extra",
            })
    void refusesWhatCannotBeSimulated(String flags, String sentence) {
        CommandRun run = CommandRun.run(home, ("simulate " + flags.strip()).split(" "));

        assertEquals(2, run.exitCode(), run::all);
        assertTrue(run.err().contains(sentence.strip()), run::all);
        assertEquals("", run.out(), run::all);
        assertFalse(run.err().contains("\tat "), run::all);
    }

    @ParameterizedTest
    @CsvSource({"--csv /no/such/folder/x.csv", "--plot /no/such/folder/x.svg", "--csv /", "--log-file /proc/no/log"})
    void aFileThatCannotBeWrittenIsALocalDiskFailureBeforeTheRun(String flags) {
        CommandRun run = CommandRun.run(home, ("simulate --duration 24h " + flags).split(" "));

        assertEquals(7, run.exitCode(), run::all);
        assertTrue(run.err().contains("cannot write"), run::all);
    }

    @Test
    void jsonHasEveryFieldAndRepeatsButForRealTime() throws Exception {
        String flags = "--flows 2 --rtt 20ms,40ms --loss 0.1% --burst 2 --jitter 1ms --reorder 0.1% --duplicate 0.1%"
                + " --corrupt 0.01% --return-loss 1% --blackout 1s:100ms --step 2s:10Mbit --start-every 500ms"
                + " --stop-every 500ms --limit 15Mbit --cross newreno:1 --queue 0.5bdp --json --seed ";
        ObjectNode first = json("simulate --rate 20Mbit --duration 3s " + flags + 7);
        ObjectNode again = json("simulate --rate 20Mbit --duration 3s " + flags + 7);
        ObjectNode other = json("simulate --rate 20Mbit --duration 3s " + flags + 8);

        assertEquals(2, first.path("flows").size());
        for (JsonNode flow : first.path("flows")) {
            assertTrue(flow.path("goodput_mbit").isDouble(), first::toString);
            assertEquals("daimd", flow.path("congestion").asText());
        }
        assertEquals(40, first.path("flows").get(1).path("rtt_ms").asDouble());
        assertEquals(0.5, first.path("flows").get(1).path("start_s").asDouble());
        assertEquals(2.5, first.path("flows").get(0).path("stop_s").asDouble());
        assertEquals("newreno", first.path("cross").get(0).path("kind").asText());
        for (String field : List.of(
                "jain",
                "link_use",
                "retransmitted_share",
                "queue_delay_ms_p50",
                "queue_delay_ms_p99",
                "virtual_packets",
                "virtual_packets_per_second",
                "wall_seconds")) {
            assertTrue(first.path(field).isNumber(), () -> field + " in " + first);
        }
        assertTrue(first.path("trace_hash").asText().matches("[0-9a-f]{16}"), first::toString);
        assertEquals(20, first.path("conditions").path("rate_mbit").asDouble());
        assertEquals(50_000, first.path("conditions").path("queue_bytes").asLong());
        assertEquals(0.001, first.path("conditions").path("loss_share").asDouble());
        assertEquals(7, first.path("conditions").path("seed").asLong());
        assertNotEquals(first.path("trace_hash"), other.path("trace_hash"));
        for (ObjectNode run : List.of(first, again)) {
            run.remove(List.of("virtual_packets_per_second", "wall_seconds"));
        }
        assertEquals(first, again);
    }

    @Test
    void textNamesConditionsAndFigures() {
        CommandRun run = CommandRun.run(home, (SMALL + "--flows 2 --cross cubic:1").split(" "));

        assertEquals(0, run.exitCode(), run::all);
        assertEquals("", run.err());
        for (String text : List.of(
                "2 flows, 1 cubic, rtt 20ms, 20 Mbit/s, queue 48.8 KiB, seed 1",
                "flow 1",
                "flow 2",
                "cubic 1",
                "Mbit/s",
                "Jain's index",
                "Link use",
                "Retransmitted",
                "Queueing delay",
                "Virtual packets",
                "Trace hash")) {
            assertTrue(run.out().contains(text), () -> text + " in " + run.all());
        }
    }

    @Test
    void csvHasARowASample() throws Exception {
        Path csv = home.resolve("x.csv");
        CommandRun run = CommandRun.run(home, (SMALL + "--flows 2 --cross cubic:1 --csv " + csv).split(" "));

        assertEquals(0, run.exitCode(), run::all);
        List<String> lines = Files.readAllLines(csv);
        assertEquals("seconds,queue_bytes,packets_lost,flow_1_mbit,flow_2_mbit,cubic_1_mbit", lines.get(0));
        assertEquals(1 + 600, lines.size());
        assertTrue(lines.get(600).matches("3\\.000,\\d+,\\d+(,\\d+\\.\\d{3}){3}"), lines.get(600));
        assertTrue(lines.stream().skip(1).allMatch(line -> line.split(",").length == 6));
    }

    @Test
    void svgIsAPictureWithTitleAxesAndUnits() throws Exception {
        Path svg = home.resolve("x.SVG");
        CommandRun run = CommandRun.run(home, (SMALL + "--flows 2 --loss 1% --plot " + svg).split(" "));

        assertEquals(0, run.exitCode(), run::all);
        Element root = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(svg.toFile())
                .getDocumentElement();
        assertEquals("svg", root.getTagName());
        assertEquals(
                "2 flows, rtt 20ms, 20 Mbit/s, queue 48.8 KiB, loss 1%, seed 1",
                root.getElementsByTagName("title").item(0).getTextContent());
        String texts = root.getElementsByTagName("desc").item(0).getTextContent();
        for (String text : List.of(
                "rate in Mbit/s over time in s: flow 1, flow 2.",
                "queue in KiB over time in s",
                "datagrams lost in 5ms over time in s")) {
            assertTrue(texts.contains(text), () -> text + " in " + texts);
        }
        assertTrue(root.getElementsByTagName("path").getLength() > 100);
    }

    @Test
    void pngIsAPictureInColours() throws Exception {
        Path png = home.resolve("x.png");
        CommandRun run = CommandRun.run(home, (SMALL + "--flows 2 --plot " + png).split(" "));

        assertEquals(0, run.exitCode(), run::all);
        BufferedImage image = ImageIO.read(png.toFile());
        assertTrue(image.getWidth() >= 1_000 && image.getHeight() >= 600);
        Set<Integer> colours = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                colours.add(image.getRGB(x, y));
            }
        }
        assertTrue(colours.size() > 20, () -> colours.size() + " colours");
    }

    private ObjectNode json(String command) throws Exception {
        CommandRun run = CommandRun.run(home, command.split(" "));
        assertEquals(0, run.exitCode(), run::all);
        assertEquals(1, run.out().lines().count(), run::all);
        return (ObjectNode) new ObjectMapper().readTree(run.out());
    }
}
