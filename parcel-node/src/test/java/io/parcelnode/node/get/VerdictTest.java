package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.GatedFiles;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens, a run ends with a sentence that says what it was, and with an exit code that is not 0. */
@Timeout(240)
class VerdictTest {
    private static final byte[] CONTENT = TestBytes.random(300_000, 1);

    @TempDir
    Path folder;

    /** Row D6: six years apart, users of two tools were shown a stack trace for a reset connection. */
    @ParameterizedTest
    @ValueSource(strings = {"reset", "break-off", "nonsense", "error", "gone"})
    void aFailingNetworkIsTriedAgainAndToldWithoutAStackTrace(String how) throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            endpoint.twist((asked, exchange) -> {
                switch (how) {
                    case "reset" -> throw new IllegalStateException("closes without an answer");
                    case "break-off" -> TestEndpoint.breakOff(asked, exchange, CONTENT, 0);
                    case "nonsense" -> {
                        exchange.getResponseHeaders().set("Content-Range", "bytes one-two/three");
                        exchange.sendResponseHeaders(206, -1);
                    }
                    default -> TestEndpoint.answer(exchange, 503, "not today");
                }
                return true;
            });
            if (how.equals("gone")) {
                endpoint.close();
            }
            CommandRun run = fixture.get("x");

            assertEquals(10, run.exitCode(), run::all);
            assertNoStackTrace(run);
            assertFalse(run.events("file-done").get(0).path("reason").asText().isBlank(), run::all);
            boolean triedAgain = endpoint.asked().size() > 1;
            assertTrue(triedAgain || how.equals("gone") || how.equals("nonsense"), endpoint.asked()::toString);
        }
    }

    @Test
    void anAbsentServerIsToldWithoutAStackTrace() throws Exception {
        int free;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        CommandRun run = CommandRun.run(
                folder,
                "get",
                "x",
                "-i",
                "127.0.0.1",
                "-p",
                String.valueOf(free),
                "-d",
                folder.resolve("target").toString());

        assertEquals(3, run.exitCode(), run::all);
        assertNoStackTrace(run);
    }

    /** The contract's code for that is 1, whatever was last. */
    @Test
    void anAbsentServerAfterAnotherFailureIsAMixedEnd() throws Exception {
        int free;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"))) {
            CommandRun run = fixture.get("../x", "y", "-p", String.valueOf(free));

            assertEquals(1, run.exitCode(), run::all);
            List<Integer> codes = run.events("file-done").stream()
                    .map(event -> event.path("code").asInt())
                    .toList();
            assertEquals(List.of(8), codes, run::all);
            assertEquals(2, run.summary().path("failed").asInt(), run::all);
            assertNoStackTrace(run);
        }
    }

    /** Row D13: a cart of terabytes "ended well" with nothing in it. */
    @Test
    void nothingDoneOfManyIsNoSuccess() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint();
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            Path manifest = Files.write(folder.resolve("cart"), List.of("a", "b", "c"));
            CommandRun run = fixture.get("-m", manifest.toString());

            assertEquals(8, run.exitCode(), run::all);
            assertEquals(3, run.summary().path("files").asInt());
            assertEquals(0, run.summary().path("ok").asInt(-1));
            assertEquals(3, run.summary().path("failed").asInt());
            CommandRun forPeople =
                    fixture.plainGet("-m", manifest.toString(), "--server-fingerprint", fixture.server.fingerprint());
            assertEquals(8, forPeople.exitCode(), forPeople::all);
            for (String id : List.of("a", "b", "c")) {
                assertTrue(forPeople.all().contains("no such file: " + id), forPeople::all);
            }
        }
    }

    /** What shows progress is another library's; that it fails must not keep a run that is stuck from ending. */
    @Test
    void aDisplayThatFailsDoesNotKeepAStuckRunAlive() throws Exception {
        GatedFiles stuck = new GatedFiles(new MemoryFiles(CONTENT, "v"), 1_000);
        try (GetFixture fixture = new GetFixture(folder, stuck);
                Reporter quiet = new JsonReporter(OutputStream.nullOutputStream())) {
            Reporter failing = (Reporter) Proxy.newProxyInstance(
                    VerdictTest.class.getClassLoader(), new Class<?>[] {Reporter.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("progress")) {
                            throw new IllegalStateException("the terminal is gone");
                        }
                        return method.invoke(quiet, arguments);
                    });
            RunOptions options = new RunOptions(fixture.target, fixture.home, Duration.ofSeconds(1));
            DownloadRun run = new DownloadRun(fixture.link(), failing, TokenSource.fixed(null), options);

            assertEquals(3, run.run(List.of(WantedFile.of("x"))));
        }
    }

    private static void assertNoStackTrace(CommandRun run) {
        for (String line : run.all().lines().toList()) {
            assertFalse(line.strip().startsWith("at io.parcelnode."), run::all);
            assertFalse(line.contains("Exception"), run::all);
        }
    }
}
