package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.cli.MemoryPlan;
import io.parcelnode.node.cli.TransportOptions;
import io.parcelnode.node.path.Transport;
import io.parcelnode.node.serve.ParcelServer;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.GatedFiles;
import io.parcelnode.node.testing.HeldUpFiles;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.ServerIdentity;
import io.parcelnode.proto.ServerLeavingException;
import io.parcelnode.proto.ServerOptions;
import io.parcelnode.proto.ServerSession;
import io.parcelnode.sim.relay.PortRelay;
import io.parcelnode.sim.relay.RelayConditions;
import io.parcelnode.udt.nio.UdtServerChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that are told to stop while they serve: nobody's download fails. */
@Timeout(180)
class DrainedServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int RESTARTS = 3;
    private static final byte[] CONTENT = TestBytes.random(9_000_011, 1);

    @TempDir
    Path folder;

    /** Slow enough that each server has something under way when it is stopped. */
    @Test
    void aLargeAndManySmallDownloadsOutliveRestarts() throws Exception {
        HeldUpFiles files = HeldUpFiles.slow(new MemoryFiles(CONTENT, "v"), 20);
        try (GetFixture fixture = new GetFixture(folder, files)) {
            List<String> ids = IntStream.range(0, 3).mapToObj(i -> "f" + i).toList();
            CompletableFuture<CommandRun> running = fixture.start(ids.toArray(String[]::new));
            for (int i = 0; i < RESTARTS; i++) {
                int before = fixture.server.requests();
                Await.until("requests under way", () -> fixture.server.requests() > before || running.isDone());
                fixture.server.drain(PATIENCE);
                fixture.server.restart(files);
            }
            CommandRun run = running.get();

            assertEquals(0, run.exitCode(), run::all);
            assertTrue(run.events("connected").size() > 1, run::all);
            for (String id : ids) {
                assertArrayEquals(CONTENT, fixture.read(id));
            }
        }
    }

    /** Another server may be there: what was under way when this one left is not a reason to wait. */
    @Test
    void whatAServerThatLeavesRefusesIsNotTakenForBusy() throws Exception {
        GatedFiles gated = new GatedFiles(new MemoryFiles(new byte[100_000], "v"), 1_000);
        try (GetFixture fixture = new GetFixture(folder, gated)) {
            CompletableFuture<CommandRun> running = fixture.start("x", "y");
            Await.until("requests under way", () -> fixture.server.requests() > 1);
            fixture.server.drain(Duration.ofSeconds(1));
            gated.open();
            fixture.server.restart(gated);
            CommandRun run = running.get();

            assertEquals(0, run.exitCode(), run::all);
            assertFalse(run.err().contains("The server is busy"), run::all);
        }
    }

    /** A client that was killed is not waited for until its connection would have been given up, in ten minutes here. */
    @ParameterizedTest
    @EnumSource
    void whoHasFallenSilentIsNotWaitedFor(Transport transport) throws Exception {
        GatedFiles gated = new GatedFiles(new MemoryFiles(CONTENT, "v"), 1_000);
        ServerIdentity identity = ServerIdentity.selfSigned(new SecureRandom());
        try (ParcelServer server = ParcelServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new TransportOptions().forServer().withPeerTimeout(Duration.ofMinutes(10)),
                        MemoryPlan.ofThisJvm(),
                        identity,
                        gated,
                        ServerOptions.DEFAULT);
                PortRelay relay = PortRelay.start(server.localAddress(), RelayConditions.NONE, 0, 1)) {
            ServerLink link = new ServerLink(
                    "127.0.0.1",
                    relay.port(),
                    new TransportOptions().forClient(),
                    1,
                    ServerIdentityCheck.pinned(identity.fingerprint()));
            link.transport(transport == Transport.UDT ? TransportChoice.UDT : TransportChoice.TCP);
            try (ServerLink.Connection killed = link.connect(PATIENCE)) {
                killed.session().open(new OpenRequest("x", null)).info();
                relay.udp().conditions(PortRelay.DARK);
                relay.tcp().hold(true);

                server.drain(Duration.ofMinutes(9));

                killed.abort();
            }
        }
    }

    /** One that comes while another's request is still under way is told to come back, and does. */
    @Test
    void whoComesWhileTheServerStopsComesBack() throws Exception {
        GatedFiles gated = new GatedFiles(new MemoryFiles(CONTENT, "v"), 1_000);
        try (GetFixture fixture = new GetFixture(folder, gated)) {
            try (ServerLink.Connection other = fixture.link().connect(PATIENCE)) {
                other.session().open(new OpenRequest("held", null)).info();
                CompletableFuture<Void> draining = CompletableFuture.runAsync(() -> {
                    try {
                        fixture.server.drain(Duration.ofSeconds(4));
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
                Await.until("the other client is told", () -> {
                    try {
                        other.session().open(new OpenRequest("next", null)).close();
                        return false;
                    } catch (ServerLeavingException e) {
                        return true;
                    }
                });
                CompletableFuture<CommandRun> running = fixture.start("x");
                draining.get();
                assertFalse(running.isDone());
                gated.open();
                fixture.server.restart(gated);
                CommandRun run = running.get();

                assertEquals(0, run.exitCode(), run::all);
                assertArrayEquals(CONTENT, fixture.read("x"));
            }
        }
    }

    /** A server that is killed while a client shakes hands: the next one answers. */
    @Test
    void aHandshakeThatBreaksIsMadeAgain() throws Exception {
        ServerIdentity identity = ServerIdentity.selfSigned(new SecureRandom());
        ExecutorService threads = Executors.newCachedThreadPool();
        try (UdtServerChannel port = UdtServerChannel.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), new TransportOptions().forServer())) {
            threads.execute(() -> {
                try {
                    port.accept().abort();
                    ServerSession.accept(
                                    port.accept(),
                                    identity,
                                    new MemoryFiles(CONTENT, "v"),
                                    ServerOptions.DEFAULT,
                                    threads)
                            .serve();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            CommandRun run = CommandRun.run(
                    folder,
                    "get",
                    "x",
                    "-i",
                    "127.0.0.1",
                    "-p",
                    "" + port.localAddress().getPort(),
                    "-d",
                    "" + folder,
                    "--server-fingerprint",
                    identity.fingerprint());

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, Files.readAllBytes(folder.resolve("x")));
        } finally {
            threads.shutdownNow();
        }
    }
}
