package io.parcelnode.proto;

import static io.parcelnode.proto.TestServer.await;
import static io.parcelnode.proto.TestServer.bytes;
import static io.parcelnode.proto.TestServer.readAll;
import static io.parcelnode.proto.TestServer.whole;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class TransferTest {
    private static final int[] SIZES = {0, 1, 16_384, 16_385, (1 << 20) + 3};

    private final TestServer server = new TestServer();

    @AfterEach
    void closeServer() {
        server.close();
    }

    private ClientSession connect(boolean tcp, ServerOptions serverOptions, ClientOptions options) throws IOException {
        ByteChannel[] pair = tcp ? TestServer.tcpPair() : PipeChannel.pair();
        server.serveOn(pair[1], serverOptions);
        return ClientSession.connect(pair[0], TestServer.TRUST, options);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void filesOfAllSizesArriveSideBySide(boolean tcp) throws IOException {
        for (int size : SIZES) {
            server.contents.put("file" + size, bytes(size, size));
        }
        try (ClientSession client = connect(tcp, TestServer.OPTIONS, ClientOptions.DEFAULT)) {
            List<Future<byte[]>> received = new ArrayList<>();
            for (int size : SIZES) {
                RemoteFile file = client.open(whole("file" + size));
                received.add(server.submit(() -> readAll(file)));
                assertEquals(new FileInfo("file" + size + ".bin", size, "v1", null, null), file.info());
            }
            for (int i = 0; i < SIZES.length; i++) {
                assertArrayEquals(bytes(SIZES[i], SIZES[i]), await(received.get(i)), "size " + SIZES[i]);
            }
        }
        assertNull(server.outcome());
    }

    @Test
    void aThousandSmallRequestsTravelTogether() throws IOException {
        for (int i = 0; i < 1_000; i++) {
            server.contents.put("small" + i, bytes(10_000, i));
        }
        try (ClientSession client = connect(true, TestServer.OPTIONS, ClientOptions.DEFAULT)) {
            List<RemoteFile> files = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                files.add(client.open(whole("small" + i)));
            }
            for (int i = 0; i < 1_000; i++) {
                assertArrayEquals(bytes(10_000, i), readAll(files.get(i)), "file " + i);
            }
        }
        assertNull(server.outcome());
    }

    /** The numbers of requests must leave in order, whichever thread opens them. */
    @Test
    void manyThreadsMayOpenFilesAtOnce() throws IOException {
        server.contents.put("file", bytes(100, 1));
        try (ClientSession client = connect(false, TestServer.OPTIONS, ClientOptions.DEFAULT)) {
            List<Future<Integer>> threads = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                threads.add(server.submit(() -> {
                    int total = 0;
                    for (int i = 0; i < 250; i++) {
                        total += readAll(client.open(whole("file"))).length;
                    }
                    return total;
                }));
            }
            for (Future<Integer> thread : threads) {
                assertEquals(25_000, await(thread));
            }
        }
    }

    /** A request that was answered counts no longer, however fast the client opens the next one. */
    @Test
    void asManyRequestsAsAllowedMayAlwaysBeOpen() throws IOException {
        server.contents.put("file", bytes(10, 1));
        try (ClientSession client = connect(false, TestServer.OPTIONS.withRequestsMax(1), ClientOptions.DEFAULT)) {
            for (int i = 0; i < 2_000; i++) {
                assertEquals(10, readAll(client.open(whole("file"))).length, "request " + i);
            }
            for (int i = 0; i < 500; i++) {
                RemoteFile missing = client.open(whole("missing"));
                assertThrows(RequestFailedException.class, missing::info);
            }
        }
        assertNull(server.outcome());
    }

    @Test
    void theProviderIsToldTheWholeRequest() throws IOException {
        byte[] content = bytes(200_000, 7);
        server.contents.put("ä/ö?", content);
        OpenRequest request = new OpenRequest("ä/ö?", "tok€n", 70_001, 100_002, "v1");
        try (ClientSession client = connect(false, TestServer.OPTIONS, ClientOptions.DEFAULT);
                RemoteFile file = client.open(request)) {
            assertArrayEquals(Arrays.copyOfRange(content, 70_001, 170_003), readAll(file));
            assertEquals(200_000, file.info().sizeBytes());
            assertEquals(0, readAll(client.open(new OpenRequest("ä/ö?", "", 200_000, -1, ""))).length);
        }
        assertEquals(List.of(request, new OpenRequest("ä/ö?", "", 200_000, -1, "")), server.requests());
    }

    @ParameterizedTest
    @CsvSource({"1,4,1", "4,4,4", "64,4,4", "3,8,3", "1,1,1"})
    void threadsAreGrantedUpToTheServersMost(int asked, int most, int granted) throws IOException {
        server.contents.put("file", bytes(3 << 20, asked));
        try (ClientSession client = connect(
                true,
                TestServer.OPTIONS.withSealingThreadsMax(most),
                ClientOptions.DEFAULT.withSealingThreads(asked))) {
            assertEquals(granted, client.sealingThreadsGranted());
            assertEquals(granted, await(server.accepted).sealingThreadsGranted());
            assertArrayEquals(bytes(3 << 20, asked), readAll(client.open(whole("file"))));
        }
        assertNull(server.outcome());
    }

    @Test
    void keysChangeOnTheWay() throws IOException {
        server.contents.put("file", bytes(6 << 20, 9));
        ClientOptions options = ClientOptions.DEFAULT.withRekeyBytes(1 << 16).withCreditBytes(1 << 14);
        try (ClientSession client = connect(false, TestServer.OPTIONS.withRekeyBytes(1 << 16), options)) {
            assertArrayEquals(bytes(6 << 20, 9), readAll(client.open(whole("file"))));
            // Enough requests for the client's own keys to change as well.
            OpenRequest request = new OpenRequest("file", "t".repeat(8_000), 0, 1, null);
            for (int i = 0; i < 100; i++) {
                assertEquals(1, readAll(client.open(request)).length);
            }
        }
        assertNull(server.outcome());
    }

    @Test
    void endsThatChangeKeysAtDifferentPlacesPart() throws IOException {
        server.contents.put("file", bytes(1 << 20, 9));
        try (ClientSession client = connect(
                false, TestServer.OPTIONS.withRekeyBytes(1 << 16), ClientOptions.DEFAULT.withRekeyBytes(1 << 17))) {
            RemoteFile file = client.open(whole("file"));
            SessionException failure = assertThrows(SessionException.class, () -> readAll(file));
            assertTrue(failure.getMessage().contains("damaged or forged"), failure::getMessage);
            assertFalse(client.isOpen());
        }
    }

    @Test
    void aRequestNeverShowsItsToken() {
        OpenRequest request = new OpenRequest("file", "geheim", 5, 6, "v");
        assertFalse(request.toString().contains("geheim"), request::toString);
        assertTrue(request.toString().contains("with a token"), request::toString);
    }
}
