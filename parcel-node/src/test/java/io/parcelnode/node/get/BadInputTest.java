package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.TestEndpoint;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RemoteFile;
import io.parcelnode.proto.RequestFailedException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a server may be given that is wrong or meant ill, from the client's end to the endpoint's: the endpoint never
 * hears of it, and nobody's connection suffers. Databases and disks: {@code BadInputIT}.
 */
@Timeout(240)
class BadInputTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int USAGE = 2;
    private static final int NOT_FOUND = 8;

    @TempDir
    Path folder;

    private TestEndpoint endpoint;
    private GetFixture fixture;

    @BeforeEach
    void start() throws Exception {
        endpoint = new TestEndpoint().file("x", new byte[] {1});
        fixture = GetFixture.rest(folder, endpoint);
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
        endpoint.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../x", "x/../../y", "x/..", "./x"})
    void idsWithDotsAreNotFound(String id) throws Exception {
        requireNotFound(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..%2fx", "x%2F..%2Fy", "%2e%2e/x", "%2fetc%2fpasswd", "x%5c..%5cy"})
    void idsWithEncodedSlashesAreNotFound(String id) throws Exception {
        requireNotFound(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x\u0000", "x\ny", "x\r\nHost: evil", "\u001b[2J", "x\u007f", "x\u0085", "x%00", "x%0d%0aY: z"})
    void idsWithControlCharactersAreNotFound(String id) throws Exception {
        requireNotFound(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://elsewhere.example/x", "file:///etc/passwd", "//elsewhere.example/x", "ftp://h//x"})
    void idsOfOtherSchemesAreNotFound(String id) throws Exception {
        requireNotFound(id);
    }

    /** The client does not even ask; a client of another make is refused as it reads the frame (HostileClientTest). */
    @Test
    void idsOf10KilobytesAreNotFound() throws Exception {
        String id = "x".repeat(10_000);
        assertThrows(IllegalArgumentException.class, () -> new OpenRequest(id, null));

        CommandRun run = fixture.get(id);

        assertEquals(NOT_FOUND, run.exitCode(), run::all);
        assertTrue(run.out().contains("at most 4096 bytes"), run::all);
        requireUnharmed();
    }

    /** Neither from our client nor from one of another make. */
    @ParameterizedTest
    @ValueSource(strings = {"t0ken\r\nX-Evil: 1", "t0ken\nX-Evil: 1", "t0ken\u0000", "t0ken\u0085X-Evil: 1"})
    void aTokenCannotAddHeaders(String token) throws Exception {
        CommandRun run = fixture.get("x", "-T", token);
        assertEquals(USAGE, run.exitCode(), run::all);
        assertFalse(run.all().contains("t0ken"), run::all);

        try (ServerLink.Connection connection = fixture.link().connect(PATIENCE)) {
            RequestFailedException refusal = refusal(connection, new OpenRequest("x", token));
            assertEquals(FailureKind.UNAUTHORIZED, refusal.kind());
            assertFalse(refusal.getMessage().contains("t0ken"), refusal::getMessage);
        }
        requireUnharmed();
    }

    @Test
    void aTcpPortThatIsTakenIsSaidAndHowToDoWithout() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            CommandRun run = CommandRun.run(
                    folder,
                    "serve",
                    "--data-dir",
                    folder.toString(),
                    "-i",
                    "127.0.0.1",
                    "-p",
                    "" + taken.getLocalPort(),
                    "--state-dir",
                    folder.resolve("state").toString(),
                    "--admin",
                    "off",
                    "--no-ledger");

            assertEquals(ExitCode.ADDRESS_IN_USE.number(), run.exitCode(), run::all);
            assertTrue(run.err().contains(taken.getLocalPort() + " (TCP)"), run::all);
            assertTrue(run.err().contains("--no-tcp"), run::all);
        }
    }

    /** Said before anybody could connect. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://host:port/ledger",
                "jdbc:postgresql://host:99999999/ledger",
                "jdbc:mysql://host/ledger",
                "postgresql://host/ledger",
                "ledger"
            })
    void aMalformedDatabaseUrlEndsTheServerBeforeItListens(String url) throws Exception {
        // It is in use: a server that went so far as to listen would end with 9.
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            CommandRun run = CommandRun.run(
                    folder,
                    "serve",
                    "--data-dir",
                    folder.toString(),
                    "-i",
                    "127.0.0.1",
                    "-p",
                    "" + taken.getLocalPort(),
                    "--state-dir",
                    folder.resolve("state").toString(),
                    "--admin",
                    "off",
                    "--database",
                    url);

            assertEquals(USAGE, run.exitCode(), run::all);
            assertTrue(run.err().contains("--database " + url), run::all);
            assertTrue(run.err().contains("write jdbc:postgresql://HOST"), run::all);
            assertFalse(run.out().contains("Server ready"), run::all);
        }
    }

    /** By our client, and by one of another make that asks for it. */
    private void requireNotFound(String id) throws Exception {
        CommandRun run = fixture.get(id);
        assertEquals(NOT_FOUND, run.exitCode(), run::all);

        try (ServerLink.Connection connection = fixture.link().connect(PATIENCE)) {
            assertEquals(
                    FailureKind.NOT_FOUND,
                    refusal(connection, new OpenRequest(id, null)).kind());
            try (RemoteFile file = connection.session().open(new OpenRequest("x", null))) {
                assertEquals(1, file.info().sizeBytes(), "the session goes on");
            }
        }
        assertEquals(1, endpoint.asked().size(), endpoint.asked()::toString);
        assertEquals(List.of(), fixture.left());
    }

    private static RequestFailedException refusal(ServerLink.Connection connection, OpenRequest request) {
        return assertThrows(RequestFailedException.class, () -> {
            try (RemoteFile file = connection.session().open(request)) {
                file.info();
            }
        });
    }

    private void requireUnharmed() throws Exception {
        assertEquals(List.of(), endpoint.asked());
        assertEquals(List.of(), fixture.left());
        CommandRun run = fixture.get("x");
        assertEquals(0, run.exitCode(), run::all);
    }
}
