package io.parcelnode.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server says what it spent its time on, to clients that want to know. */
@Timeout(60)
class ServerTimesTest {
    private static final long SECOND_NS = 1_000_000_000;

    private long nowNs = 5 * SECOND_NS;
    private final ServerStopwatch stopwatch = new ServerStopwatch(() -> nowNs);

    private void pass(long ms) {
        nowNs += ms * 1_000_000;
    }

    @Test
    void eachMomentCountsOnceUnderTheFirstThatApplies() {
        pass(100); // Nothing is open: nobody waits for anything.
        stopwatch.onOpen(2);
        pass(10);
        stopwatch.onRunning(2);
        stopwatch.onSource(2);
        pass(200);
        stopwatch.onSource(-1);
        pass(3_000);
        stopwatch.onWriting(true);
        pass(40_000);
        stopwatch.onSource(-1);
        stopwatch.onRunning(-2);
        stopwatch.onOpen(-2);
        pass(50_000);
        stopwatch.onWriting(false);
        pass(700);

        assertEquals(new ServerTimes(90_000_000, 3_000_000, 200_000, 10_000), stopwatch.times());
    }

    @Test
    void aRequestThatWaitsForItsSourceWithoutAThreadCountsAsTheSources() {
        stopwatch.onOpen(1);
        stopwatch.onOpening(1);
        pass(30);
        stopwatch.onRunning(1);
        pass(4);
        stopwatch.onRunning(-1);
        stopwatch.onOpening(-1);
        pass(200);

        assertEquals(new ServerTimes(0, 4_000, 30_000, 200_000), stopwatch.times());
    }

    @Test
    void isToldOnceASecond() {
        assertFalse(stopwatch.isDue());
        pass(1_000);
        assertTrue(stopwatch.isDue());
        pass(999);
        assertFalse(stopwatch.isDue());
        pass(1);
        assertTrue(stopwatch.isDue());
    }

    @Test
    void theClientKnowsAtTheEndThatTheSourceWasSlow() throws Exception {
        PipeChannel[] pair = PipeChannel.pair();
        try (TestServer server = new TestServer()) {
            server.contents.put("slow", TestServer.bytes(100_000, 1));
            server.delayMs = 1_000; // So long that the machine's own time hardly counts beside it.
            server.serveOn(pair[1].notRecording(), ServerOptions.DEFAULT);
            ClientSession client = ClientSession.connect(pair[0], TestServer.TRUST, ClientOptions.DEFAULT);
            RemoteFile file = client.open(new OpenRequest("slow", null));
            TestServer.readAll(file);
            client.close();
            assertTrue(server.accepted.get().sealing().toNanos() > 0);
            assertTrue(server.accepted.get().times().sourceUs() > 0);

            ServerTimes times = client.serverTimes();
            // Two reads, in which the end of what was there before may have been on its way.
            assertTrue(times.totalUs() >= 2_000_000, times::toString);
            assertTrue(times.sourceUs() > times.totalUs() - times.sourceUs(), times::toString);
            assertTrue(file.waitedNs() > 0);
        }
    }

    /** Its START has nothing where newer clients say what they understand. */
    @Test
    void anOlderClientIsNotTold() throws Exception {
        PipeChannel[] pair = PipeChannel.pair();
        try (TestServer server = new TestServer()) {
            server.contents.put("slow", TestServer.bytes(100, 1));
            server.delayMs = 1_100; // Long enough for the times to be due.
            server.serveOn(pair[1].notRecording(), ServerOptions.DEFAULT);
            RawPeer client = RawPeer.client(pair[0]);
            client.send(Frames.start(1, Limits.REKEY_BYTES_MAX, 0));
            client.send(Frames.open(1, new OpenRequest("slow", null), 1_000).get(0));
            for (int type : new int[] {Frames.GRANT, Frames.INFO, Frames.DATA, Frames.END}) {
                assertEquals(type, client.receive().get(0));
            }
            client.send(Frames.goodbye());
            assertEquals(Frames.GOODBYE, client.receive().get(0));
        }
    }

    @Test
    void aNewerClientIsToldWhileItLasts() throws Exception {
        PipeChannel[] pair = PipeChannel.pair();
        try (TestServer server = new TestServer()) {
            server.contents.put("slow", TestServer.bytes(100, 1));
            server.delayMs = 1_100;
            server.serveOn(pair[1].notRecording(), ServerOptions.DEFAULT);
            RawPeer client = RawPeer.client(pair[0]);
            client.send(Frames.start(1, Limits.REKEY_BYTES_MAX, Frames.FEATURE_TIMES));
            client.send(Frames.open(1, new OpenRequest("slow", null), 1_000).get(0));
            ByteBuffer told = client.receive(Frames.TIMES);
            ServerTimes times = Frames.readTimes(told.position(Limits.FRAME_HEADER_BYTES));

            assertTrue(times.totalUs() >= 1_100_000, times::toString);
            assertTrue(times.sourceUs() > times.totalUs() / 2, times::toString);
            assertEquals(Frames.DATA, client.receive().get(0));
        }
    }

    @Test
    void anOlderServerTellsNothingAndThatIsFine() throws Exception {
        PipeChannel[] pair = PipeChannel.pair();
        CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> {
            try {
                RawPeer server = RawPeer.server(pair[1]);
                server.receive(Frames.OPEN);
                server.send(Frames.grant(1, 16, Limits.REKEY_BYTES_MAX));
                server.send(Frames.info(1, new FileInfo("name", 0, "v", null, null)));
                server.send(Frames.end(1, 0, Digests.sha256().digest()));
                server.receive(Frames.GOODBYE);
                server.send(Frames.goodbye());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        try (ClientSession client = ClientSession.connect(pair[0], TestServer.TRUST, ClientOptions.DEFAULT)) {
            assertEquals(0, TestServer.readAll(client.open(new OpenRequest("file", null))).length);
            client.close();
            TestServer.await(serving);
            assertNull(client.serverTimes());
            assertFalse(client.isOpen());
        }
    }
}
