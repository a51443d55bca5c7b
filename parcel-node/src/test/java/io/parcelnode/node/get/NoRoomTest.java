package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.get.ServerLink.Connection;
import io.parcelnode.node.limits.AccessList;
import io.parcelnode.node.limits.ClientBounds;
import io.parcelnode.node.limits.TestBounds;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.GatedFiles;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RemoteFile;
import io.parcelnode.proto.ServerLeavingException;
import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.nio.UdtConnectException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** More clients, sessions and requests than the server takes: they are told when to come back, and get their files. */
@Timeout(180)
class NoRoomTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MANY = 1_000;
    private static final byte[] CONTENT = TestBytes.random(100_000, 1);

    @TempDir
    Path folder;

    private enum Bound {
        MAX_CLIENTS(new ClientBounds(1, MANY, MANY, MANY, AccessList.EVERYBODY)),
        CLIENT_SESSIONS(new ClientBounds(MANY, 1, MANY, MANY, AccessList.EVERYBODY)),
        TOKEN_SESSIONS(new ClientBounds(MANY, MANY, 1, MANY, AccessList.EVERYBODY)),
        CLIENT_REQUESTS(new ClientBounds(MANY, MANY, MANY, 1, AccessList.EVERYBODY));

        private final ClientBounds bounds;

        Bound(ClientBounds bounds) {
            this.bounds = bounds;
        }
    }

    /** The same bounds hold for clients over TCP. */
    @Test
    void whoFindsNoRoomOverTcpComesBackAndGetsItsFile() throws Exception {
        GatedFiles gated = new GatedFiles(new MemoryFiles(CONTENT, "v"), 1_000);
        try (GetFixture fixture = new GetFixture(folder, gated)) {
            fixture.server.bounds(Bound.CLIENT_SESSIONS.bounds);
            CompletableFuture<CommandRun> running;
            try (Connection other = fixture.link().connect(PATIENCE)) {
                other.session().open(new OpenRequest("held", "token")).info();
                running = fixture.start("x", "-T", "token", "--transport", "tcp");
                Await.until(
                        "it finds no room", () -> fixture.server.turnedAway("CLIENT_SESSIONS") > 0 || running.isDone());
                assertFalse(running.isDone());
                gated.open();
            }
            CommandRun run = running.get();

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
        }
    }

    @Test
    void whoseNetworkIsDeniedIsHungUpOnOverTcp() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"))) {
            fixture.server.bounds(TestBounds.denying("127.0.0.0/8"));
            ServerLink link = fixture.link();
            link.transport(TransportChoice.TCP);

            assertThrows(IOException.class, () -> link.connect(Duration.ofMillis(1_500)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoFindsNoRoomComesBackAndGetsItsFile(Bound bound) throws Exception {
        GatedFiles gated = new GatedFiles(new MemoryFiles(CONTENT, "v"), 1_000);
        try (GetFixture fixture = new GetFixture(folder, gated)) {
            fixture.server.bounds(bound.bounds);
            CompletableFuture<CommandRun> running;
            try (Connection other = fixture.link().connect(PATIENCE)) {
                other.session().open(new OpenRequest("held", "token")).info();
                running = fixture.start("x", "-T", "token");
                Await.until("it finds no room", () -> fixture.server.turnedAway(bound.name()) > 0 || running.isDone());
                assertFalse(running.isDone());
                gated.open();
            }
            CommandRun run = running.get();

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
        }
    }

    @Test
    void sessionsThatAreThereStayWhenTheirNumberIsLowered() throws Exception {
        GatedFiles gated = new GatedFiles(new MemoryFiles(CONTENT, "v"), 1_000);
        try (GetFixture fixture = new GetFixture(folder, gated);
                Connection one = fixture.link().connect(PATIENCE);
                Connection two = fixture.link().connect(PATIENCE)) {
            one.session().open(new OpenRequest("x", null)).info();
            two.session().open(new OpenRequest("x", null)).info();
            fixture.server.bounds(new ClientBounds(1, 1, 1, MANY, AccessList.EVERYBODY));

            one.session().open(new OpenRequest("y", null)).info();
            two.session().open(new OpenRequest("y", null)).info();
        }
    }

    @Test
    void whoseNetworkIsDeniedMeanwhileEndsWhatIsUnderWayAndIsSentAway() throws Exception {
        GatedFiles gated = new GatedFiles(new MemoryFiles(CONTENT, "v"), 1_000);
        try (GetFixture fixture = new GetFixture(folder, gated);
                Connection one = fixture.link().connect(PATIENCE)) {
            RemoteFile file = one.session().open(new OpenRequest("x", null));
            file.info();
            fixture.server.bounds(TestBounds.denying("127.0.0.0/8"));
            Await.until("it is told", () -> {
                try {
                    one.session().open(new OpenRequest("y", null)).close();
                    return false;
                } catch (ServerLeavingException e) {
                    return true;
                }
            });
            gated.open();

            assertArrayEquals(CONTENT, all(file));
            assertEquals(1, fixture.server.turnedAway("DENIED"));
            UdtConnectException e =
                    assertThrows(UdtConnectException.class, () -> fixture.link().connect(Duration.ofMillis(300)));
            assertEquals(CloseReason.CONNECT_TIMEOUT, e.reason());
        }
    }

    /** Beyond those who are told, the port refuses; whoever is refused tries again, and is told then. */
    @Test
    void noCrowdOfOneClientKeepsItOutForGood() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"))) {
            fixture.server.bounds(new ClientBounds(MANY, 1, MANY, MANY, AccessList.EVERYBODY));
            List<Connection> crowd = new ArrayList<>();
            try {
                crowd.add(fixture.link().connect(PATIENCE));
                crowd.get(0).session().open(new OpenRequest("x", null)).info();
                List<CompletableFuture<Connection>> connecting = IntStream.range(0, 40)
                        .mapToObj(i -> CompletableFuture.supplyAsync(() -> connectUntilTold(fixture)))
                        .toList();
                for (CompletableFuture<Connection> one : connecting) {
                    crowd.add(one.get());
                }
            } finally {
                for (Connection one : crowd) {
                    one.abort();
                }
            }
            assertTrue(fixture.server.turnedAway("CLIENT_SESSIONS") >= 40);
        }
    }

    /** As a download does: a busy machine may take longer to listen than the server has patience to tell. */
    private static Connection connectUntilTold(GetFixture fixture) {
        try {
            while (true) {
                Connection one = fixture.link().connect(PATIENCE);
                Await.until(
                        "it is told or dropped",
                        () -> one.session().isServerLeaving() || !one.session().isOpen());
                if (one.session().isServerLeaving()) {
                    return one;
                }
                one.abort();
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] all(RemoteFile file) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(CONTENT.length + 1);
        while (file.read(all) >= 0) {
            assertTrue(all.hasRemaining(), "more than there is");
        }
        return Arrays.copyOf(all.array(), all.position());
    }
}
