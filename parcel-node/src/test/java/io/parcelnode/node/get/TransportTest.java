package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.parcelnode.node.cli.TransportOptions;
import io.parcelnode.node.path.Transport;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.GatedFiles;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.sim.relay.PortRelay;
import io.parcelnode.sim.relay.RelayConditions;
import io.parcelnode.sim.relay.UdpRelay;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a download goes over, where UDP passes, is held back, or does not pass. */
@Timeout(240)
class TransportTest {
    private static final byte[] CONTENT = TestBytes.random(3_000_017, 1);
    private static final int GATE_BYTES = 1_000_000;

    @TempDir
    Path folder;

    private static String port(PortRelay relays) {
        return String.valueOf(relays.port());
    }

    private static List<String> connectedOver(CommandRun run) {
        return run.events("connected").stream()
                .map(event -> event.path("transport").asText())
                .toList();
    }

    private static Reporter hearing(List<String> moves) {
        return (Reporter) Proxy.newProxyInstance(
                Reporter.class.getClassLoader(), new Class<?>[] {Reporter.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("moved")) {
                        moves.add(((Transport) arguments[0]).protocol() + ": " + arguments[1]);
                    }
                    return null;
                });
    }

    @Test
    void whereUdpDoesNotPassTheSameSessionGoesOverTcpAndTheReasonIsShown() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"));
                PortRelay relays = PortRelay.start(fixture.server.address(), PortRelay.DARK, 0, 1)) {
            CommandRun run = fixture.get("x", "-p", port(relays), "--transport", "auto");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertEquals(List.of("tcp"), connectedOver(run), run::all);
            JsonNode moved = run.events("transport").get(0);
            assertEquals("tcp", moved.path("transport").asText());
            assertEquals("no answer over UDP within 3.0 s", moved.path("reason").asText());
            assertTrue(relays.tcp().bytes() > CONTENT.length);
        }
    }

    @Test
    void peopleAreToldAsWell() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"))) {
            CommandRun run =
                    fixture.plainGet("x", "--server-fingerprint", fixture.server.fingerprint(), "--transport", "tcp");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertTrue(run.out().contains("Going over TCP: as --transport says"), run::all);
        }
    }

    @Test
    void whereUdpIsHeldBackALongDownloadFindsThatTcpBringsMore() throws Exception {
        byte[] large = TestBytes.random(60_000_000, 2);
        RelayConditions slow =
                RelayConditions.NONE.withRateBitsPerSecond(2_000_000).withQueueBytes(50_000);
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(large, "v"));
                PortRelay relays = PortRelay.start(fixture.server.address(), slow, 0, 1)) {
            CommandRun run = fixture.get("x", "-p", port(relays), "--transport", "auto");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(large, fixture.read("x"));
            assertEquals(List.of("udt", "tcp"), connectedOver(run), run::all);
            String reason = run.events("transport").get(0).path("reason").asText();
            assertTrue(reason.matches("trying it for \\d+ s: UDP brings \\d+\\.\\d Mbit/s"), reason);
            assertTrue(relays.tcp().bytes() > large.length / 2);
        }
    }

    @Test
    void whereTcpBringsLessItGoesOnOverUdp() throws Exception {
        byte[] large = TestBytes.random(60_000_000, 2);
        RelayConditions slow = RelayConditions.NONE
                .withOneWayDelay(Duration.ofMillis(5))
                .withRateBitsPerSecond(2_000_000)
                .withQueueBytes(50_000);
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(large, "v"));
                PortRelay relays = PortRelay.start(fixture.server.address(), slow, 100_000, 1)) {
            List<String> moves = new CopyOnWriteArrayList<>();
            ServerLink link = new ServerLink(
                    "127.0.0.1",
                    relays.udp().address().getPort(),
                    new TransportOptions().forClient(),
                    1,
                    ServerIdentityCheck.pinned(fixture.server.fingerprint()));
            link.transport(TransportChoice.AUTO);
            DownloadRun run = new DownloadRun(
                    link,
                    hearing(moves),
                    TokenSource.fixed(null),
                    new RunOptions(fixture.target, fixture.home, Duration.ofSeconds(60)));
            CompletableFuture<Integer> ended = CompletableFuture.supplyAsync(() -> {
                try {
                    return run.run(List.of(WantedFile.of("x")));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            Await.until("back over UDP", () -> ended.isDone() || moves.size() >= 2);
            run.cancel();
            ended.get();

            assertTrue(moves.get(0).startsWith("TCP: trying it"), moves::toString);
            assertTrue(moves.get(1).matches("UDP: UDP brought .* Mbit/s, TCP .* Mbit/s"), moves::toString);
        }
    }

    @Test
    void aServerWithoutTcpIsAskedOverUdpAlone() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"));
                UdpRelay udp = UdpRelay.start(fixture.server.address(), RelayConditions.NONE, 1)) {
            String port = String.valueOf(udp.address().getPort());
            CommandRun run = fixture.get("x", "-p", port, "--transport", "auto");
            CommandRun tcp = fixture.get("y", "-p", port, "--transport", "tcp");

            assertEquals(0, run.exitCode(), run::all);
            assertEquals(List.of("udt"), connectedOver(run), run::all);
            assertEquals(3, tcp.exitCode(), tcp::all);
            assertTrue(tcp.err().contains("cannot connect to the server"), tcp::all);
        }
    }

    @Test
    void whatIsNoParcelServerOverTcpIsSaidToBeSo() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"));
                PortRelay relays = PortRelay.start(fixture.server.address(), PortRelay.DARK, 0, 1)) {
            relays.tcp().hold(true);
            long startNs = System.nanoTime();
            CommandRun run = fixture.get("x", "-p", port(relays), "--transport", "auto");

            assertEquals(3, run.exitCode(), run::all);
            assertTrue(System.nanoTime() - startNs < 20_000_000_000L, run::all);
            assertTrue(run.err().contains("over TCP (no answer over UDP within 3.0 s)"), run::all);
        }
    }

    @Test
    void aNameThatIsNoTransportIsRefused() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"))) {
            CommandRun run = fixture.get("x", "--transport", "sctp");

            assertEquals(2, run.exitCode(), run::all);
            assertTrue(run.err().contains("'sctp' is none of auto, udt, tcp"), run::all);
        }
    }

    @Test
    void aLimitIsKeptToOverTcp() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"))) {
            CommandRun run = fixture.get("x", "--transport", "tcp", "--limit", "12Mbit");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            double seconds = run.events("file-done").get(0).path("seconds").asDouble();
            // What the system's buffers hold when it ends came before its time.
            assertTrue(seconds >= CONTENT.length * 8 / 12e6 * 0.8, run::all);
        }
    }

    @Test
    void aConnectionThatIsCutIsMadeAnewAndNothingIsFetchedTwice() throws Exception {
        GatedFiles files = new GatedFiles(new MemoryFiles(CONTENT, "v"), GATE_BYTES);
        try (GetFixture fixture = new GetFixture(folder, files);
                PortRelay relays = PortRelay.start(fixture.server.address(), PortRelay.DARK, 0, 1)) {
            CompletableFuture<CommandRun> running = fixture.start("x", "--transport", "tcp", "-p", port(relays));
            Await.until("the gate is reached", () -> relays.tcp().bytes() > GATE_BYTES);
            relays.tcp().cutAll();
            files.open();
            CommandRun run = running.get();

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertEquals(List.of("tcp", "tcp"), connectedOver(run), run::all);
        }
    }

    /** TCP itself would wait for a quarter of an hour. */
    @Test
    void aServerThatFallsSilentIsNoticed() throws Exception {
        GatedFiles files = new GatedFiles(new MemoryFiles(CONTENT, "v"), GATE_BYTES);
        try (GetFixture fixture = new GetFixture(folder, files);
                PortRelay relays = PortRelay.start(fixture.server.address(), PortRelay.DARK, 0, 1)) {
            CompletableFuture<CommandRun> running = fixture.start("x", "--transport", "tcp", "-p", port(relays));
            Await.until("the gate is reached", () -> relays.tcp().bytes() > GATE_BYTES);
            relays.tcp().hold(true);
            Await.until(
                    "it is noticed",
                    () -> fixture.server.requests() > 0 && relays.tcp().connections() > 1);
            relays.tcp().hold(false);
            relays.tcp().cutAll();
            files.open();
            CommandRun run = running.get();

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertTrue(run.err().contains("nothing was heard for 8 s"), run::all);
        }
    }
}
