package io.parcelnode.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client sends, the server ends that session with a reason and closes the files of it. */
@Timeout(180)
class HostileClientTest {
    private static final OpenRequest FILE = new OpenRequest("file", "secret-token");
    private static final byte[] START = Frames.start(1, Limits.REKEY_BYTES_MAX, 0);

    private final TestServer server = new TestServer();
    private final PipeChannel[] pair = PipeChannel.pair();

    @AfterEach
    void closeServer() {
        server.close();
    }

    private static byte[] open(int id, int credit) {
        return Frames.open(id, FILE, credit).get(0);
    }

    private static byte[] patched(byte[] frame, int index, int value) {
        byte[] copy = frame.clone();
        copy[index] = (byte) value;
        return copy;
    }

    static Stream<Arguments> violations() {
        byte[] opened = open(5, 1000);
        byte[] blocked =
                Frames.open(1, new OpenRequest(TestServer.BLOCKED, null), 5).get(0);
        byte[] longId = ByteBuffer.wrap(open(1, 0))
                .putShort(Limits.FRAME_HEADER_BYTES + 13, (short) (Limits.FILE_ID_BYTES_MAX + 1))
                .array();
        byte[] tooMany = RawPeer.frame(Frames.OPEN_PART, 1, 0, Limits.DATA_BYTES_MAX);
        return Stream.of(
                Arguments.of("before its START", List.of(open(1, 0))),
                Arguments.of("START", List.of(patched(START, Limits.FRAME_HEADER_BYTES + 1, 3))),
                Arguments.of("sealingThreads=0", List.of(patched(START, Limits.FRAME_HEADER_BYTES + 3, 0))),
                Arguments.of("sealingThreads=65", List.of(patched(START, Limits.FRAME_HEADER_BYTES + 3, 65))),
                Arguments.of("too short", List.of(RawPeer.frame(Frames.START, 0, 0, 3))),
                Arguments.of("more than its fields", List.of(Arrays.copyOf(START, START.length + 1))),
                Arguments.of("frame type 1", List.of(START, START)),
                Arguments.of("frame type 7", List.of(START, RawPeer.frame(Frames.DATA, 1, 0, 10))),
                Arguments.of("frame type 99", List.of(START, RawPeer.frame(99, 1, 0, 0))),
                Arguments.of("ids only grow", List.of(START, opened, opened)),
                Arguments.of("ids only grow", List.of(START, open(-1, 0))),
                Arguments.of("fileId length=4097", List.of(START, longId)),
                Arguments.of("fileId length=0", List.of(START, RawPeer.frame(Frames.OPEN, 1, 0, 8 + 4 + 1 + 2))),
                Arguments.of("offset=-1", List.of(START, patchedOffset(open(1, 0), -1))),
                Arguments.of("creditBytes=", List.of(START, open(1, Limits.CREDIT_BYTES_MAX + 1))),
                Arguments.of("credit of", List.of(START, blocked, Frames.credit(1, Limits.CREDIT_BYTES_MAX))),
                Arguments.of("bytes=0", List.of(START, open(1, 5), Frames.credit(1, 0))),
                Arguments.of("never opened", List.of(START, Frames.credit(1, 10))),
                Arguments.of("never opened", List.of(START, Frames.cancel(1))),
                Arguments.of("OPEN_PART", List.of(START, tooMany, tooMany)),
                Arguments.of("OPEN of request", List.of(START, tooMany, open(2, 0))),
                Arguments.of("OPEN_PART", List.of(START, RawPeer.frame(Frames.OPEN_PART, 1, 0, 100))));
    }

    private static byte[] patchedOffset(byte[] frame, long offset) {
        return ByteBuffer.wrap(frame.clone()).putLong(5, offset).array();
    }

    @ParameterizedTest
    @MethodSource("violations")
    void endsTheSession(String expected, List<byte[]> frames) throws Exception {
        server.contents.put("file", new byte[100_000]);
        server.serveOn(pair[1], ServerOptions.DEFAULT);
        RawPeer client = RawPeer.client(pair[0]);
        for (byte[] frame : frames) {
            client.send(frame);
        }
        Throwable outcome = server.outcome();
        assertInstanceOf(SessionException.class, outcome);
        assertTrue(outcome.getMessage().contains(expected), outcome.getMessage());
        assertFalse(outcome.toString().contains("secret-token"));
    }

    @Test
    void moreRequestsThanGrantedEndTheSession() throws Exception {
        server.contents.put("file", new byte[100_000]);
        server.serveOn(pair[1], ServerOptions.DEFAULT.withRequestsMax(16));
        RawPeer client = RawPeer.client(pair[0]);
        client.send(START);
        for (int id = 1; id <= 17; id++) {
            client.send(open(id, 0));
        }
        assertTrue(server.outcome().getMessage().contains("the 16 it may have open"));
    }

    @Test
    void neverSendsMoreThanTheCredit() throws Exception {
        server.contents.put("file", new byte[100_000]);
        server.serveOn(pair[1], ServerOptions.DEFAULT);
        RawPeer client = RawPeer.client(pair[0]);
        client.send(START);
        client.send(open(1, 20_000));
        // Everything for the first request was sent before the second is answered, or never will be.
        assertEquals(20_000, receiveData(client, 20_000));
        client.send(Frames.credit(1, 7));
        assertEquals(7, receiveData(client, 7));
        client.send(Frames.open(2, new OpenRequest("none", null), 0).get(0));
        assertEquals(2, client.receive().getInt(1));
        client.send(Frames.cancel(1));
        client.send(Frames.goodbye());
        assertEquals(Frames.GOODBYE, client.receive().get(0));
        assertNull(server.outcome());
    }

    private static int receiveData(RawPeer client, int wanted) throws IOException {
        int count = 0;
        while (count < wanted) {
            count += client.receive(Frames.DATA).remaining() - Limits.FRAME_HEADER_BYTES;
        }
        return count;
    }

    @Test
    void aRecordAboveTheLimitEndsTheSession() throws Exception {
        server.serveOn(pair[1], ServerOptions.DEFAULT);
        RawPeer client = RawPeer.client(pair[0]);
        client.send(START);
        int body = Limits.PLAIN_BYTES_MAX + Limits.TAG_BYTES + 1;
        client.sendRaw(new byte[] {23, 3, 3, (byte) (body >> 8), (byte) body});
        assertTrue(server.outcome().getMessage().contains("no sealed frame"));
    }

    @Test
    void aRepeatedRecordEndsTheSession() throws Exception {
        server.serveOn(pair[1], ServerOptions.DEFAULT);
        RawPeer client = RawPeer.client(pair[0]);
        client.send(START);
        long before = pair[0].writtenBytes();
        client.send(Frames.open(1, FILE, 0).get(0));
        byte[] sent = pair[0].written();
        client.sendRaw(Arrays.copyOfRange(sent, (int) before, sent.length));
        assertTrue(server.outcome().getMessage().contains("damaged or forged"));
    }

    @Test
    void aClientThatSendsNoStartIsCutOff() throws Exception {
        server.serveOn(pair[1], ServerOptions.DEFAULT.withHandshakeTimeout(Duration.ofSeconds(5)));
        RawPeer.client(pair[0]);
        Throwable outcome = server.outcome();
        assertTrue(outcome.getMessage().contains("no START within 5000 ms"), outcome.getMessage());
    }

    @Test
    void aClientThatVanishesClosesItsFiles() throws Exception {
        List<String> ids = new ArrayList<>();
        server.serveOn(pair[1], ServerOptions.DEFAULT.withSealingThreadsMax(4));
        RawPeer client = RawPeer.client(pair[0]);
        client.send(Frames.start(4, Limits.REKEY_BYTES_MAX, 0));
        for (int i = 1; i <= 8; i++) {
            ids.add("file" + i);
            server.contents.put("file" + i, new byte[1_000_000]);
            server.closedLatches.put("file" + i, new java.util.concurrent.CountDownLatch(1));
            client.send(Frames.open(i, new OpenRequest("file" + i, null), 1000).get(0));
        }
        for (int i = 0; i < 8; i++) {
            client.receive(Frames.DATA);
        }
        pair[0].close();
        assertInstanceOf(SessionException.class, server.outcome());
        for (String id : ids) {
            assertTrue(server.closedLatches.get(id).await(120, java.util.concurrent.TimeUnit.SECONDS));
        }
        assertEquals(0, server.openFiles.get());
    }
}
