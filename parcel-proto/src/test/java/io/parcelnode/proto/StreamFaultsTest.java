package io.parcelnode.proto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream that is cut or damaged anywhere never yields a file that looks whole. */
@Timeout(240)
class StreamFaultsTest {
    /** They come between END and GOODBYE, when the file is whole already. */
    private static final int TIMES_RECORD_BYTES =
            Limits.RECORD_HEADER_BYTES + Frames.times(ServerTimes.NONE).length + Limits.TAG_BYTES;

    private static final String ID = "the-identifier-of-the-file";
    private static final String TOKEN = "the-token-of-the-user";
    private static final int SIZE = 200_000;

    private final TestServer server = new TestServer();
    private final byte[] content = TestServer.bytes(SIZE, 11);

    @AfterEach
    void closeServer() {
        server.close();
    }

    private byte[] transfer(PipeChannel[] pair, int sealingThreads) throws IOException {
        server.contents.put(ID, content);
        server.serveOn(pair[1], ServerOptions.DEFAULT);
        ClientOptions options = ClientOptions.DEFAULT.withSealingThreads(sealingThreads);
        try (ClientSession client = ClientSession.connect(pair[0], TestServer.TRUST, options);
                RemoteFile file = client.open(new OpenRequest(ID, TOKEN))) {
            return TestServer.readAll(file);
        }
    }

    @Test
    void aCaptureOfASessionShowsNothing() throws Exception {
        PipeChannel[] pair = PipeChannel.pair();
        assertArrayEquals(content, transfer(pair, 1));
        assertNull(server.outcome());
        byte[] up = pair[0].written();
        byte[] down = pair[1].written();
        assertTrue(down.length > SIZE);
        for (byte[] secret : new byte[][] {
            ID.getBytes(StandardCharsets.UTF_8),
            TOKEN.getBytes(StandardCharsets.UTF_8),
            java.util.Arrays.copyOf(content, 16),
            java.util.Arrays.copyOfRange(content, SIZE - 16, SIZE)
        }) {
            assertEquals(-1, indexOf(up, secret));
            assertEquals(-1, indexOf(down, secret));
        }
    }

    static int indexOf(byte[] whole, byte[] part) {
        for (int i = 0; i + part.length <= whole.length; i++) {
            if (java.util.Arrays.equals(whole, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        return -1;
    }

    /** The server's bytes are cut at drawn places: in the handshake, in and between records, before the goodbye. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void aCutStreamIsNeverAShortFile(long seed) throws Exception {
        PipeChannel[] whole = PipeChannel.pair();
        transfer(whole, 1);
        int length = whole[1].written().length - TIMES_RECORD_BYTES;
        Random random = new Random(seed);
        for (int i = 0; i < 25; i++) {
            // The last draws are the bytes of the END and before it. What follows it nobody needs.
            int cut = i < 15 ? random.nextInt(length) : length - 40 - 3 * i;
            PipeChannel[] pair = PipeChannel.pair();
            pair[1].cutAfter(cut);
            SessionException failed =
                    assertThrows(SessionException.class, () -> transfer(pair, 1 + 2 * random.nextInt(2)), "cut " + cut);
            assertTrue(failed.getMessage().length() > 20, failed.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 4})
    void aFlippedBitAnywhereEndsTheSession(long seed) throws Exception {
        PipeChannel[] whole = PipeChannel.pair();
        transfer(whole, 1);
        int length = whole[1].written().length - TIMES_RECORD_BYTES - 80;
        Random random = new Random(seed);
        for (int i = 0; i < 15; i++) {
            int flip = 1500 + random.nextInt(length - 1500);
            PipeChannel[] pair = PipeChannel.pair();
            pair[1].flipByte(flip);
            assertThrows(SessionException.class, () -> transfer(pair, 1 + 2 * random.nextInt(2)), "flip " + flip);
        }
    }

    @Test
    void aServerToldNoGoodbyeReportsTheCut() throws Exception {
        PipeChannel[] pair = PipeChannel.pair();
        server.contents.put(ID, content);
        server.serveOn(pair[1], ServerOptions.DEFAULT);
        try (ClientSession client = ClientSession.connect(pair[0], TestServer.TRUST, ClientOptions.DEFAULT)) {
            assertArrayEquals(content, TestServer.readAll(client.open(new OpenRequest(ID, TOKEN))));
            pair[0].cutAfter(pair[0].writtenBytes());
            Throwable outcome = server.outcome();
            assertInstanceOf(SessionException.class, outcome);
            assertTrue(outcome.getMessage().contains("without the peer's sealed GOODBYE"), outcome.getMessage());
        }
    }

    @Test
    void aServerThatClosesEndsTheClientsTransfers() throws Exception {
        PipeChannel[] pair = PipeChannel.pair();
        server.contents.put(ID, content);
        server.serveOn(pair[1], ServerOptions.DEFAULT);
        ClientOptions options = ClientOptions.DEFAULT.withCreditBytes(Limits.CREDIT_BYTES_MIN);
        try (ClientSession client = ClientSession.connect(pair[0], TestServer.TRUST, options)) {
            RemoteFile file = client.open(new OpenRequest(ID, TOKEN));
            file.read(ByteBuffer.allocate(1));
            TestServer.await(server.accepted).close();
            SessionException failed = assertThrows(SessionException.class, () -> TestServer.readAll(file));
            assertTrue(failed.getMessage().contains("goodbye"), failed.getMessage());
            assertEquals(0, server.openFiles.get());
        }
    }
}
