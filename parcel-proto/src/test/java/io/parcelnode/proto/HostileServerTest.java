package io.parcelnode.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server sends, a client reports it and never takes a short or wrong file for a whole one. */
@Timeout(180)
class HostileServerTest {
    private static final byte[] GRANT = Frames.grant(1, 16, Limits.REKEY_BYTES_MAX);
    private static final byte[] INFO = Frames.info(1, new FileInfo("name", 100, "v", null, null));
    private static final byte[] DATA_100 = RawPeer.frame(Frames.DATA, 1, 0, 100);
    private static final byte[] SHA_OF_100 = Digests.sha256().digest(new byte[100]);

    private final PipeChannel[] pair = PipeChannel.pair();

    static Stream<Arguments> violations() {
        byte[] sizeUnknown = Frames.info(1, new FileInfo("", -1, "", null, null));
        byte[] credit = RawPeer.frame(Frames.DATA, 1, 0, Limits.DATA_BYTES_MAX);
        return Stream.of(
                Arguments.of("before its GRANT", List.of(INFO)),
                Arguments.of("asked for", List.of(Frames.grant(2, 16, Limits.REKEY_BYTES_MAX))),
                Arguments.of("requestsMax=15", List.of(Frames.grant(1, 15, Limits.REKEY_BYTES_MAX))),
                Arguments.of("DATA before INFO", List.of(GRANT, DATA_100)),
                Arguments.of("second INFO", List.of(GRANT, INFO, INFO)),
                Arguments.of("END before INFO", List.of(GRANT, Frames.end(1, 0, SHA_OF_100))),
                Arguments.of("where 0 was next", List.of(GRANT, INFO, RawPeer.frame(Frames.DATA, 1, 1, 5))),
                Arguments.of("DATA of 0 bytes", List.of(GRANT, INFO, RawPeer.frame(Frames.DATA, 1, 0, 0))),
                Arguments.of("after data up to 100", List.of(GRANT, INFO, DATA_100, Frames.end(1, 99, SHA_OF_100))),
                Arguments.of("size demands 100", List.of(GRANT, INFO, Frames.end(1, 0, SHA_OF_100))),
                Arguments.of(
                        "do not have the SHA-256", List.of(GRANT, INFO, DATA_100, Frames.end(1, 100, new byte[32]))),
                Arguments.of(
                        "bytes left", List.of(GRANT, sizeUnknown, credit, RawPeer.frame(Frames.DATA, 1, 16_384, 1))),
                Arguments.of("never opened", List.of(GRANT, RawPeer.frame(Frames.DATA, 2, 0, 5))),
                Arguments.of("frame type 10", List.of(GRANT, Frames.cancel(1))),
                Arguments.of("frame type 2", List.of(GRANT, RawPeer.frame(Frames.GRANT, 1, 0, 14))),
                Arguments.of("its goodbye", List.of(GRANT, INFO, DATA_100, Frames.goodbye())),
                Arguments.of("microseconds=-1", List.of(GRANT, Frames.times(new ServerTimes(0, 0, 0, -1)))),
                Arguments.of("TIMES with a body too short", List.of(GRANT, RawPeer.frame(Frames.TIMES, 0, 0, 31))),
                Arguments.of("1 bytes more than its fields", List.of(GRANT, RawPeer.frame(Frames.TIMES, 0, 0, 33))),
                Arguments.of("body of 31 bytes", List.of(GRANT, INFO, RawPeer.frame(Frames.END, 1, 0, 31))),
                Arguments.of("name length=65535", List.of(GRANT, longName())));
    }

    private static byte[] longName() {
        byte[] frame = INFO.clone();
        frame[Limits.FRAME_HEADER_BYTES + 9] = -1;
        frame[Limits.FRAME_HEADER_BYTES + 10] = -1;
        return frame;
    }

    @ParameterizedTest
    @MethodSource("violations")
    void failsTheTransfer(String expected, List<byte[]> frames) throws Exception {
        CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> {
            try {
                RawPeer server = RawPeer.server(pair[1]);
                server.receive(Frames.OPEN);
                for (byte[] frame : frames) {
                    server.send(frame);
                }
            } catch (IOException e) {
                // The client may have hung up at the first of the frames.
                assertTrue(pair[0].writtenBytes() > 0);
            }
        });
        ClientOptions options = ClientOptions.DEFAULT.withCreditBytes(Limits.CREDIT_BYTES_MIN);
        try (ClientSession client = ClientSession.connect(pair[0], TestServer.TRUST, options)) {
            RemoteFile file = client.open(new OpenRequest("file", "secret-token"));
            // The reader must not make room while the credit is tested, so it only starts afterwards.
            TestServer.await(serving);
            SessionException failed = assertThrows(SessionException.class, () -> {
                awaitEnd(client, expected);
                TestServer.readAll(file);
            });
            assertTrue(failed.getMessage().contains(expected), failed.getMessage());
            assertFalse(failed.toString().contains("secret-token"));
            pair[0].close();
        }
    }

    /** All violations but a wrong hash end the session by themselves. */
    private static void awaitEnd(ClientSession client, String expected) {
        while (client.isOpen() && !expected.contains("SHA-256")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aServerThatNeverGrantsIsGivenUp() throws Exception {
        CompletableFuture.runAsync(() -> {
            try {
                RawPeer.server(pair[1]);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        ClientOptions options = ClientOptions.DEFAULT.withHandshakeTimeout(Duration.ofSeconds(5));
        try (ClientSession client = ClientSession.connect(pair[0], TestServer.TRUST, options)) {
            RemoteFile file = client.open(new OpenRequest("file", null));
            SessionException failed = assertThrows(SessionException.class, file::info);
            assertTrue(failed.getMessage().contains("did not answer START within 5000 ms"), failed.getMessage());
            assertFalse(client.isOpen());
            assertThrows(SessionException.class, () -> client.open(new OpenRequest("file", null)));
        }
    }

    @Test
    void theFirstRequestsDoNotWaitForTheServer() throws Exception {
        CompletableFuture<String> received = CompletableFuture.supplyAsync(() -> {
            try {
                RawPeer server = RawPeer.server(pair[1]);
                assertEquals(Frames.START, server.receive().get(0));
                var frame = server.receive();
                assertEquals(Frames.OPEN, frame.get(0));
                return Frames.readOpen(0, frame.position(Limits.FRAME_HEADER_BYTES))
                        .request()
                        .fileId();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        try (ClientSession client = ClientSession.connect(pair[0], TestServer.TRUST, ClientOptions.DEFAULT)) {
            client.open(new OpenRequest("first", null));
            assertEquals("first", TestServer.await(received));
            assertEquals(1, client.sealingThreadsGranted());
            pair[0].close();
        }
    }
}
