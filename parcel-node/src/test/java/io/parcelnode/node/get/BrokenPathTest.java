package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.GatedFiles;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.ServerIdentity;
import io.parcelnode.proto.ServerOptions;
import io.parcelnode.proto.ServerSession;
import io.parcelnode.sim.relay.RelayConditions;
import io.parcelnode.sim.relay.UdpRelay;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.nio.UdtChannel;
import io.parcelnode.udt.nio.UdtServerChannel;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that are absent, die and come back, and paths that do not carry everything. */
@Timeout(240)
class BrokenPathTest {
    private static final int GATE_BYTES = 2_000_000;
    private static final byte[] CONTENT = TestBytes.random(6_000_011, 1);
    private static final Pattern PATIENCE =
            Pattern.compile("no (?:handshake reply|answer over UDP) from \\S+ within ([.0-9]+) s");
    /** It is given up after nine seconds; the rest is the machine's own time, which may be busy. */
    private static final Duration TEN_SECONDS_AND_MORE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void aServerThatIsNotThereIsGivenUpWithinTenSeconds() throws Exception {
        int free;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"))) {
            long startNs = System.nanoTime();
            CommandRun run = fixture.get("x", "-p", String.valueOf(free));
            Duration taken = Duration.ofNanos(System.nanoTime() - startNs);

            assertEquals(3, run.exitCode(), run::all);
            assertTrue(taken.compareTo(TEN_SECONDS_AND_MORE) < 0, taken.toString());
            Matcher patience = PATIENCE.matcher(run.err());
            assertTrue(patience.find() && Double.parseDouble(patience.group(1)) < 10, run::all);
            assertTrue(run.err().contains("cannot connect to the server"), run::all);
            assertTrue(run.err().contains(String.valueOf(free)), run::all);
        }
    }

    /** Something answers on the transport but is no Parcel server. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServerThatNeverGrantsASessionIsGivenUpWithinTenSeconds(boolean hangsUp) throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"));
                UdtServerChannel other = UdtServerChannel.bind(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), UdtOptions.DEFAULT)) {
            long startNs = System.nanoTime();
            CompletableFuture<CommandRun> running =
                    fixture.start("x", "-p", String.valueOf(other.localAddress().getPort()));
            UdtChannel channel = other.accept();
            if (hangsUp) {
                channel.close();
            }
            CommandRun run = running.get();
            Duration taken = Duration.ofNanos(System.nanoTime() - startNs);

            assertEquals(3, run.exitCode(), run::all);
            assertTrue(taken.compareTo(TEN_SECONDS_AND_MORE) < 0, taken.toString());
            assertTrue(run.err().contains("cannot connect to the server"), run::all);
        }
    }

    /** Its TLS is right, and then it says nothing any more. */
    @Test
    void aServerThatFallsSilentBeforeItsGrantIsGivenUpWithinTenSeconds() throws Exception {
        ServerIdentity identity = ServerIdentity.selfSigned(new SecureRandom());
        MemoryFiles files = new MemoryFiles(CONTENT, "v");
        ExecutorService threads = Executors.newCachedThreadPool();
        try (GetFixture fixture = new GetFixture(folder, files);
                UdtServerChannel other = UdtServerChannel.bind(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), UdtOptions.DEFAULT)) {
            threads.submit(() -> {
                while (true) {
                    ServerSession.accept(other.accept(), identity, files, ServerOptions.DEFAULT, threads);
                }
            });
            long startNs = System.nanoTime();
            CommandRun run = CommandRun.run(
                    fixture.home,
                    "get",
                    "x",
                    "-i",
                    "127.0.0.1",
                    "-d",
                    fixture.target.toString(),
                    "-p",
                    String.valueOf(other.localAddress().getPort()),
                    "--server-fingerprint",
                    identity.fingerprint());
            Duration taken = Duration.ofNanos(System.nanoTime() - startNs);

            assertEquals(3, run.exitCode(), run::all);
            assertTrue(taken.compareTo(TEN_SECONDS_AND_MORE) < 0, taken.toString());
            assertTrue(run.err().contains("the server did not answer in time"), run::all);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aHostWithoutAnAddressIsNamed() {
        CommandRun run = CommandRun.run(folder, "get", "x", "-i", "no.such.host.invalid", "-d", folder.toString());

        assertEquals(3, run.exitCode(), run::all);
        assertTrue(run.err().contains("no.such.host.invalid has no address"), run::all);
    }

    @Test
    void aServerThatStaysAwayIsGivenUpAndThePartKept() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, gated("v"))) {
            CompletableFuture<CommandRun> running = fixture.start("x", "--give-up-after", "5s");
            awaitPart(fixture);
            fixture.server.close();
            CommandRun run = running.get();

            assertEquals(3, run.exitCode(), run::all);
            assertEquals(List.of("x.part", "x.part.journal"), fixture.left());
            assertTrue(run.events("file-done").get(0).path("reason").asText().contains("no progress for 5 s"));
            DownloadTest.assertSummary(run, 0, 1);
        }
    }

    @Test
    void aServerThatComesBackIsAskedForTheMissingBytesOnly() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, gated("v"))) {
            MemoryFiles again = new MemoryFiles(CONTENT, "v");
            CommandRun run = restartMidFile(fixture, again);

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            OpenRequest asked = again.asked().get(0);
            assertTrue(asked.offsetBytes() > 0, asked.toString());
            assertEquals("v", asked.ifValidator());
            JsonNode done = run.events("file-done").get(0);
            assertEquals(CONTENT.length, done.path("fetched").asLong(), run::all);
            assertEquals(TestBytes.sha256Hex(CONTENT), done.path("sha256").asText());
        }
    }

    @Test
    void aFileThatHasChangedMeanwhileIsStartedAgain() throws Exception {
        byte[] changed = TestBytes.random(5_000_000, 2);
        try (GetFixture fixture = new GetFixture(folder, gated("old"))) {
            MemoryFiles again = new MemoryFiles(changed, "new");
            CommandRun run = restartMidFile(fixture, again);

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(changed, fixture.read("x"));
            // Two streams fetch it, and either may ask first.
            assertTrue(again.asked().stream().anyMatch(asked -> asked.offsetBytes() == 0), again.asked()::toString);
        }
    }

    /** Bytes that cannot be told from a changed file's are not continued. */
    @Test
    void aFileWithoutValidatorIsStartedAgain() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, gated(""))) {
            MemoryFiles again = new MemoryFiles(CONTENT, "");
            CommandRun run = restartMidFile(fixture, again);

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertEquals(0, again.asked().get(0).offsetBytes());
            assertNull(again.asked().get(0).ifValidator());
        }
    }

    @Test
    void aServerThatComesBackAsAnotherIsRefused() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, gated("v"))) {
            MemoryFiles again = new MemoryFiles(CONTENT, "v");
            CompletableFuture<CommandRun> running = fixture.start("x", "--give-up-after", "60s");
            awaitPart(fixture);
            fixture.server.restartAsAnother(again);
            CommandRun run = running.get();

            assertEquals(4, run.exitCode(), run::all);
            assertEquals(List.of(), again.asked());
        }
    }

    /** As in a lift, a tunnel, or while a laptop changes from one network to another. */
    @Test
    void thirtySecondsWithoutANetworkCostNothingOfTheFile() throws Exception {
        GatedFiles files = gated("v");
        try (GetFixture fixture = new GetFixture(folder, files);
                UdpRelay relay = UdpRelay.start(fixture.server.address(), RelayConditions.NONE, 1)) {
            CompletableFuture<CommandRun> running =
                    fixture.start("x", "-p", String.valueOf(relay.address().getPort()), "--give-up-after", "2m");
            awaitPart(fixture);
            relay.conditions(RelayConditions.NONE.withBlackout(true));
            files.open(); // The server would go on at once.
            assertThrows(TimeoutException.class, () -> running.get(30, TimeUnit.SECONDS), "it waits");
            assertEquals(GATE_BYTES, size(fixture.target.resolve("x.part")), "nothing crosses a dark path");
            relay.conditions(RelayConditions.NONE);
            CommandRun run = running.get();

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertEquals(1, run.events("file-started").size(), "the same file goes on");
            long fetched = run.events("file-done").get(0).path("fetched").asLong();
            assertEquals(CONTENT.length, fetched, run::all);
            assertFalse(run.err().contains("\tat "), run::all);
        }
    }

    @Test
    void garbageAtTheServersPortHarmsNobody() throws Exception {
        GatedFiles files = gated("v");
        try (GetFixture fixture = new GetFixture(folder, files);
                DatagramSocket socket = new DatagramSocket()) {
            CompletableFuture<CommandRun> running = fixture.start("x");
            awaitPart(fixture);
            SplittableRandom random = new SplittableRandom(20_261_124);
            for (int i = 0; i < 5_000; i++) {
                byte[] garbage = new byte[random.nextInt(1, 1_473)];
                random.nextBytes(garbage);
                if (i % 3 == 0) {
                    garbage[0] = (byte) 0x80; // Looks like a control packet of some kind.
                }
                socket.send(new DatagramPacket(garbage, garbage.length, fixture.server.address()));
            }
            files.open();
            CommandRun run = running.get();

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
        }
    }

    /** As on a tunnel whose ICMP is filtered: nothing says so, large datagrams just never arrive. */
    @Test
    void aPathThatSwallowsLargeDatagramsIsCrossedWithSmallerOnes() throws Exception {
        MemoryFiles files = new MemoryFiles(CONTENT, "v");
        try (GetFixture fixture = new GetFixture(folder, files);
                UdpRelay relay =
                        UdpRelay.start(fixture.server.address(), RelayConditions.NONE.withDropAboveBytes(1_300), 1)) {
            CommandRun run =
                    fixture.get("x", "-p", String.valueOf(relay.address().getPort()));

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            List<JsonNode> connected = run.events("connected");
            assertTrue(connected.get(connected.size() - 1).path("mtu").asInt() <= 1_300, run::all);
        }
    }

    private static GatedFiles gated(String validator) {
        return new GatedFiles(new MemoryFiles(CONTENT, validator), GATE_BYTES);
    }

    private static CommandRun restartMidFile(GetFixture fixture, MemoryFiles again) throws Exception {
        CompletableFuture<CommandRun> running = fixture.start("x", "--give-up-after", "60s");
        awaitPart(fixture);
        fixture.server.close();
        fixture.server.restart(again);
        return running.get();
    }

    private static void awaitPart(GetFixture fixture) throws Exception {
        Path part = fixture.target.resolve("x.part");
        Await.until("all bytes before the gate are here", () -> size(part) == GATE_BYTES);
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : -1;
    }
}
