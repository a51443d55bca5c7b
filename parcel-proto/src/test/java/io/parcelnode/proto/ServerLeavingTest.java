package io.parcelnode.proto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that takes no more requests says so, and when to come back. */
@Timeout(180)
class ServerLeavingTest {
    private static final Duration RETRY = Duration.ofSeconds(7);

    private final PipeChannel[] pair = PipeChannel.pair();
    private final TestServer server = new TestServer();

    @AfterEach
    void close() {
        server.close();
    }

    private ClientSession connect() throws IOException {
        server.serveOn(pair[1].notRecording(), ServerOptions.DEFAULT);
        return ClientSession.connect(pair[0], TestServer.TRUST, ClientOptions.DEFAULT);
    }

    private ServerSession serverSession() {
        return TestServer.await(server.accepted);
    }

    @Test
    void whatIsOpenGoesOnAndNothingNewBegins() throws Exception {
        byte[] content = TestServer.bytes(400_000, 1);
        server.contents.put("file", content);
        ClientSession client = connect();
        RemoteFile open = client.open(new OpenRequest("file", null), Limits.CREDIT_BYTES_MIN);
        open.info();
        serverSession().leave(RETRY);

        ServerLeavingException refusal = assertThrows(ServerLeavingException.class, () -> {
            // The news may still be on its way; what crosses it is refused.
            while (true) {
                try (RemoteFile crossing = client.open(new OpenRequest("file", null))) {
                    crossing.info();
                } catch (RequestFailedException e) {
                    assertEquals(FailureKind.BUSY, e.kind());
                    assertEquals(RETRY, e.retryAfter());
                }
            }
        });
        assertEquals(RETRY, refusal.retryAfter());
        assertEquals(1, serverSession().openRequests());
        assertArrayEquals(content, TestServer.readAll(open));
        client.close();
        assertNull(server.outcome());
    }

    @Test
    void aRequestThatIsBrokenOffIsRefusedForNow() throws Exception {
        server.contents.put("file", TestServer.bytes(400_000, 1));
        ClientSession client = connect();
        RemoteFile open = client.open(new OpenRequest("file", null), Limits.CREDIT_BYTES_MIN);
        open.info();
        serverSession().leave(RETRY);
        serverSession().close();

        RequestFailedException refusal = assertThrows(RequestFailedException.class, () -> TestServer.readAll(open));
        assertEquals(FailureKind.BUSY, refusal.kind());
        assertEquals(RETRY, refusal.retryAfter());
        client.close();
    }

    @Test
    void anOlderClientIsToldByTheRefusalOfItsNextRequest() throws Exception {
        server.serveOn(pair[1].notRecording(), ServerOptions.DEFAULT);
        RawPeer client = RawPeer.client(pair[0]);
        serverSession().leave(RETRY);
        client.send(Frames.start(1, Limits.REKEY_BYTES_MAX, Frames.FEATURE_TIMES));
        client.send(Frames.open(1, new OpenRequest("file", null), 1_000).get(0));

        assertEquals(Frames.GRANT, client.receive().get(0));
        ByteBuffer refusal = client.receive();
        assertEquals(Frames.FAILURE, refusal.get(0));
        assertEquals(RETRY.toSeconds(), refusal.getLong(5));
        RequestFailedException read = Frames.readFailure(0, refusal.position(Limits.FRAME_HEADER_BYTES));
        assertEquals("the server takes no more requests on this connection; come back in 7 s", read.getMessage());
    }

    @Test
    void aClientThatIsTurnedAwayLearnsItRightAfterTheGrant() throws Exception {
        server.serveOn(pair[1].notRecording(), ServerOptions.DEFAULT);
        RawPeer client = RawPeer.client(pair[0]);
        serverSession().leave(RETRY);
        client.send(Frames.start(1, Limits.REKEY_BYTES_MAX, Frames.FEATURE_LEAVING));

        assertEquals(Frames.GRANT, client.receive().get(0));
        ByteBuffer leaving = client.receive();
        assertEquals(Frames.LEAVING, leaving.get(0));
        assertEquals(RETRY, Frames.readLeaving(leaving.position(Limits.FRAME_HEADER_BYTES)));
    }

    /** Nothing is broken then that the log would have to warn of. */
    @Test
    void aClientThatIsSentAwayAndGoesNeedsNoGoodbye() throws Exception {
        server.contents.put("file", TestServer.bytes(1_000, 1));
        ClientSession client = connect();
        RemoteFile file = client.open(new OpenRequest("file", null));
        TestServer.readAll(file);
        while (serverSession().openRequests() > 0) {
            Thread.onSpinWait();
        }
        serverSession().leave(RETRY);
        pair[0].close(); // As one that connects to another server does.

        assertNull(server.outcome());
    }

    @Test
    void aSessionThatTheServerClosesIsNotBroken() throws Exception {
        server.contents.put("file", TestServer.bytes(400_000, 1));
        ClientSession client = connect();
        client.open(new OpenRequest("file", null), Limits.CREDIT_BYTES_MIN).info();
        serverSession().leave(RETRY);
        serverSession().close();

        assertNull(server.outcome());
        client.close();
    }

    @Test
    void aClientThatGoesInTheMiddleOfAFileHasBrokenOff() throws Exception {
        server.contents.put("file", TestServer.bytes(400_000, 1));
        ClientSession client = connect();
        client.open(new OpenRequest("file", null), Limits.CREDIT_BYTES_MIN).info();
        serverSession().leave(RETRY);
        pair[0].close();

        assertInstanceOf(SessionException.class, server.outcome());
    }

    @Test
    void aClientThatWaitsHearsOfThePauseOfTheSource() throws Exception {
        server.contents.put("file", TestServer.bytes(400_000, 1));
        ClientSession client = connect();
        client.awaitGrant();
        serverSession().tellPause(Duration.ofSeconds(3)); // Nobody waits for anything.
        try (RemoteFile file = client.open(new OpenRequest("file", null), Limits.CREDIT_BYTES_MIN)) {
            file.info();
            assertNull(client.takePause());
            serverSession().tellPause(RETRY);
            assertEquals(400_000, TestServer.readAll(file).length);
            assertEquals(RETRY, client.takePause());
            assertNull(client.takePause());
        }
        client.close();
    }

    @Test
    void anOlderClientHearsNothingOfPauses() throws Exception {
        server.contents.put("file", TestServer.bytes(400_000, 1));
        server.serveOn(pair[1].notRecording(), ServerOptions.DEFAULT);
        RawPeer client = RawPeer.client(pair[0]);
        client.send(Frames.start(1, Limits.REKEY_BYTES_MAX, Frames.FEATURE_LEAVING));
        client.send(Frames.open(1, new OpenRequest("file", null), 20_000).get(0));
        assertEquals(Frames.GRANT, client.receive().get(0));
        assertEquals(Frames.INFO, client.receive().get(0));
        serverSession().tellPause(RETRY);
        serverSession().leave(RETRY);

        int type = client.receive().get(0);
        while (type == Frames.DATA) {
            type = client.receive().get(0);
        }
        assertEquals(Frames.LEAVING, type);
    }

    @Test
    void aNumberOfSecondsOutOfBoundsIsBrokenProtocol() {
        ByteBuffer leaving = ByteBuffer.allocate(4).putInt(86_401).flip();
        assertThrows(SessionException.class, () -> Frames.readLeaving(leaving));
        assertThrows(SessionException.class, () -> Frames.readPause(leaving.rewind()));
        ByteBuffer failure = ByteBuffer.wrap(Frames.failure(1, FailureKind.BUSY, 0, "later", RETRY));
        assertThrows(SessionException.class, () -> Frames.readFailure(-1, failure.position(Limits.FRAME_HEADER_BYTES)));
    }
}
