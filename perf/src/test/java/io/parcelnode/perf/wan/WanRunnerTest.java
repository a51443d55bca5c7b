package io.parcelnode.perf.wan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.perf.PeerFailedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The whole course of a measurement, over a link that is none and with peers that only wait. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "wan runs on Linux alone")
@Timeout(240)
final class WanRunnerTest {
    private static final long BYTES = 1 << 20;

    /** So short that 60 round trips are no reason for more bytes. */
    private static final WanCell CELL =
            new WanCell(Duration.ofMillis(1), 10_000_000, 0.01, 1, Duration.ZERO, 15_000, List.of(), List.of());

    @TempDir
    private Path folder;

    private final List<String> order = new ArrayList<>();
    private final ByteArrayOutputStream notes = new ByteArrayOutputStream();
    private Path link;

    @BeforeEach
    void makeLink() throws IOException {
        link = FakeLink.in(folder);
        for (String limit : List.of("rmem_max", "wmem_max")) {
            Files.writeString(folder.resolve(limit), "1000\n");
        }
    }

    @Test
    void peersTakeTurnsFirstToLastAndBackEachOverALinkOfItsOwn() throws Exception {
        Map<String, WanPeer> peers = new LinkedHashMap<>();
        peers.put("a", new WaitingPeer("a", "exit 0"));
        peers.put("b", new WaitingPeer("b", "exit 0"));

        CellReport report = run(peers, 2, Duration.ofSeconds(60));

        assertEquals(List.of("a", "b", "b", "a"), order);
        List<String> seeds = Files.readAllLines(folder.resolve("fake-link.called")).stream()
                .filter(line -> line.startsWith("with "))
                .map(line -> line.replaceAll(".*--seed (\\d+) .*", "$1"))
                .collect(Collectors.toList());
        assertEquals(List.of("5", "5", "6", "6"), seeds);
        WanResult a = report.results().get(0);
        assertNull(a.error());
        assertEquals(2, a.runs().size());
        assertEquals(BYTES, a.runs().get(0).bytes());
        assertEquals(new LinkCounters(10, 1, 2, 7, 10_500), a.runs().get(0).counters());
        assertEquals(SocketLimits.WANTED_BYTES, report.receiveMaxBytes());
    }

    @Test
    void aPeerThatFailsIsNotTriedAgainAndTheOthersGoOn() throws Exception {
        Map<String, WanPeer> peers = new LinkedHashMap<>();
        peers.put("bad", new WaitingPeer("bad", "echo 'no such option' >&2; exit 1"));
        peers.put("good", new WaitingPeer("good", "exit 0"));

        CellReport report = run(peers, 2, Duration.ofSeconds(60));

        assertEquals(List.of("bad", "good", "good"), order);
        assertEquals(
                "client ended with exit code 1: no such option",
                report.results().get(0).error());
        assertEquals(2, report.results().get(1).runs().size());
        assertTrue(notes.toString(StandardCharsets.UTF_8).contains("run 1 of 2: bad failed: client ended"));
    }

    @Test
    void aPeerThatCrawlsIsStoppedAndRatedByWhatItDelivered() throws Exception {
        WaitingPeer slow = new WaitingPeer("slow", "exec sleep 600");
        slow.deliveredMeanwhile = 1_000;

        CellReport report = run(Map.of("slow", slow), 1, Duration.ofMillis(200));

        WanRun run = report.results().get(0).runs().get(0);
        assertTrue(run.isStopped());
        assertEquals(1_000, run.bytes());
        assertTrue(run.seconds() >= 0.2, () -> run.seconds() + " s");
    }

    @Test
    void aPeerThatDeliversNothingInTimeHasFailed() throws Exception {
        CellReport report = run(Map.of("dead", new WaitingPeer("dead", "exec sleep 600")), 1, Duration.ofMillis(200));

        assertEquals("nothing delivered in 0 s", report.results().get(0).error());
    }

    @Test
    void withoutALinkThereIsNoMeasurement() throws Exception {
        link = FakeLink.refusing(folder);

        LinkException refused = assertThrows(
                LinkException.class, () -> run(Map.of("a", new WaitingPeer("a", "exit 0")), 1, Duration.ofSeconds(60)));

        assertTrue(refused.getMessage().endsWith("made no link (exit code 2): no netem here"), refused.getMessage());
    }

    private CellReport run(Map<String, WanPeer> peers, int runs, Duration timeout) throws Exception {
        WanPlan plan = new WanPlan(link, List.of(CELL), peers, runs, BYTES, timeout, 5, false);
        PrintStream out = new PrintStream(notes, true, StandardCharsets.UTF_8);
        try (SocketLimits limits = new SocketLimits(folder);
                WorkFolder files = WorkFolder.create(BYTES)) {
            return new WanRunner(plan, CELL, files, out, out).run(limits);
        }
    }

    /** Its client runs a script; all is delivered when that ends well. */
    private final class WaitingPeer implements WanPeer {
        private final String name;
        private final String script;
        private long deliveredMeanwhile;

        WaitingPeer(String name, String script) {
            this.name = name;
            this.script = script;
        }

        @Override
        public String settings(WanCell cell) {
            return "none";
        }

        @Override
        public int payloadBytes() {
            return WanCell.PAYLOAD_BYTES;
        }

        @Override
        public WanTransfer begin(TransferContext context) throws IOException {
            order.add(name);
            assertEquals(BYTES, Files.size(context.file()));
            return new WanTransfer() {
                private EndProcess client;

                @Override
                public EndProcess startServer() throws IOException {
                    return start("server", context.link().left(), "exec sleep 600");
                }

                @Override
                public EndProcess startClient() throws IOException {
                    client = start("client", context.link().right(), script);
                    return client;
                }

                private EndProcess start(String end, List<String> prefix, String what) throws IOException {
                    return EndProcess.start(end, prefix, List.of("sh", "-c", what), context.scratch(), line -> {});
                }

                @Override
                public boolean isDone() throws PeerFailedException {
                    if (client.isEnded() && client.exitCode() != 0) {
                        throw client.failed();
                    }
                    return client.isEnded();
                }

                @Override
                public Delivery delivered() {
                    return Delivery.of(client.isEnded() && client.exitCode() == 0 ? BYTES : deliveredMeanwhile);
                }

                @Override
                public void stop() throws InterruptedException {
                    client.stop();
                }

                @Override
                public long endedNs() {
                    return client.endedNs();
                }
            };
        }
    }
}
