package io.parcelnode.proto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TransferTest {
    private static final int[] SIZES = {0, 1, 16_384, 16_385, (1 << 20) + 3};

    private final TestServer server = new TestServer();

    @AfterEach
    void closeServer() {
        server.close();
    }

    private ClientSession connect(ServerOptions serverOptions, ClientOptions clientOptions) throws IOException {
        PipeChannel[] pair = PipeChannel.pair();
        server.serveOn(pair[1].notRecording(), serverOptions);
        return ClientSession.connect(pair[0], TestServer.TRUST, clientOptions);
    }

    private ClientSession connectTcp(ServerOptions serverOptions, ClientOptions clientOptions) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel near = SocketChannel.open(listener.getLocalAddress());
            server.serveOn(listener.accept(), serverOptions);
            return ClientSession.connect(near, TestServer.TRUST, clientOptions);
        }
    }

    private static OpenRequest whole(String id) {
        return new OpenRequest(id, "secret-token", 0, -1, null);
    }

    private static byte[] readAllUnchecked(RemoteFile file) {
        try {
            return TestServer.readAll(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"false,1", "false,4", "true,1", "true,4"})
    void carriesFilesOfAllSizesAtOnce(boolean tcp, int sealingThreads) throws Exception {
        ClientOptions options = ClientOptions.DEFAULT.withSealingThreads(sealingThreads);
        try (ClientSession client =
                tcp ? connectTcp(ServerOptions.DEFAULT, options) : connect(ServerOptions.DEFAULT, options)) {
            List<CompletableFuture<byte[]>> received = new ArrayList<>();
            for (String kind : List.of("file", "stream")) {
                for (int size : SIZES) {
                    server.contents.put(kind + size, TestServer.bytes(size, size));
                }
            }
            for (String kind : List.of("file", "stream")) {
                for (int size : SIZES) {
                    RemoteFile file = client.open(whole(kind + size));
                    received.add(CompletableFuture.supplyAsync(() -> readAllUnchecked(file)));
                    assertEquals(
                            new FileInfo(kind + size + ".bin", kind.equals("file") ? size : -1, "v1", null, null),
                            file.info());
                }
            }
            assertEquals(sealingThreads, client.sealingThreadsGranted());
            for (int i = 0; i < received.size(); i++) {
                int size = SIZES[i % SIZES.length];
                assertArrayEquals(TestServer.bytes(size, size), TestServer.await(received.get(i)), "size " + size);
            }
        }
        assertNull(server.outcome());
        assertEquals(0, server.openFiles.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void pipelinesAThousandSmallRequests(int sealingThreads) throws Exception {
        byte[] content = TestServer.bytes(10_000, 7);
        server.contents.put("small", content);
        try (ClientSession client =
                connectTcp(ServerOptions.DEFAULT, ClientOptions.DEFAULT.withSealingThreads(sealingThreads))) {
            long startNs = System.nanoTime();
            List<RemoteFile> files = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                files.add(client.open(whole("small")));
            }
            for (RemoteFile file : files) {
                assertArrayEquals(content, TestServer.readAll(file));
            }
            System.out.println("1000 requests of 10 kB with " + sealingThreads + " sealing threads: "
                    + (System.nanoTime() - startNs) / 1_000_000 + " ms");
        }
        assertNull(server.outcome());
    }

    @ParameterizedTest
    @CsvSource({"0,0,0", "0,5,5", "7,20000,20000", "49990,-1,10", "49990,100,10", "50000,-1,0"})
    void servesRanges(int offset, int length, int expected) throws Exception {
        byte[] content = TestServer.bytes(50_000, 3);
        server.contents.put("file", content);
        server.contents.put("stream", content);
        try (ClientSession client = connect(ServerOptions.DEFAULT, ClientOptions.DEFAULT)) {
            for (String id : List.of("file", "stream")) {
                byte[] part = TestServer.readAll(client.open(new OpenRequest(id, null, offset, length, "v1")));
                assertArrayEquals(java.util.Arrays.copyOfRange(content, offset, offset + expected), part);
            }
        }
    }

    @Test
    void changesKeysEvery64KiB() throws Exception {
        byte[] content = TestServer.bytes(3_000_000, 4);
        server.contents.put("file", content);
        ClientOptions options = ClientOptions.DEFAULT
                .withRekeyBytes(64 * 1024)
                .withSealingThreads(3)
                .withCreditBytes(Limits.CREDIT_BYTES_MIN);
        try (ClientSession client = connect(ServerOptions.DEFAULT.withRekeyBytes(64 * 1024), options)) {
            assertArrayEquals(content, TestServer.readAll(client.open(whole("file"))));
            // Small requests take the client's own direction over its 64 KiB.
            server.contents.put("empty", new byte[0]);
            String token = "t".repeat(4000);
            for (int i = 0; i < 40; i++) {
                assertEquals(0, TestServer.readAll(client.open(new OpenRequest("empty", token))).length);
            }
        }
        assertNull(server.outcome());
    }

    @ParameterizedTest
    @CsvSource({"1,4,1", "4,4,4", "64,4,4", "64,8,8"})
    void grantsNoMoreSealingThreadsThanTheServerHas(int asked, int max, int granted) throws Exception {
        server.contents.put("file", new byte[10]);
        try (ClientSession client = connect(
                ServerOptions.DEFAULT.withSealingThreadsMax(max), ClientOptions.DEFAULT.withSealingThreads(asked))) {
            client.open(whole("file")).info();
            assertEquals(granted, client.sealingThreadsGranted());
            assertEquals(granted, TestServer.await(server.accepted).sealingThreadsGranted());
        }
        requireNoThreads("parcel-client");
    }

    @Test
    void aServerSessionLeavesNoThreadBehind() throws Exception {
        server.contents.put("file", new byte[10]);
        try (ClientSession client = connect(ServerOptions.DEFAULT, ClientOptions.DEFAULT.withSealingThreads(4))) {
            assertEquals(10, TestServer.readAll(client.open(whole("file"))).length);
        }
        assertNull(server.outcome());
        requireNoThreads("parcel-");
    }

    /** Those of sessions that other tests have broken off may just be ending. */
    private static void requireNoThreads(String prefix) throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith(prefix)) {
                thread.join(30_000);
                assertFalse(thread.isAlive(), thread.getName());
            }
        }
    }

    @Test
    void aStalledReaderHoldsUpNobodyAndNoMoreThanItsCredit() throws Exception {
        byte[] content = TestServer.bytes(5_000_000, 5);
        server.contents.put("stalled", content);
        server.contents.put("lively", content);
        ClientOptions options = ClientOptions.DEFAULT.withCreditBytes(100_000);
        try (ClientSession client = connect(ServerOptions.DEFAULT, options)) {
            RemoteFile stalled = client.open(whole("stalled"));
            stalled.info();
            assertArrayEquals(content, TestServer.readAll(client.open(whole("lively"))));
            assertArrayEquals(content, TestServer.readAll(stalled));
        }
    }

    @Test
    void aCancelledRequestClosesItsFileAndLeavesTheOthersAlone() throws Exception {
        byte[] content = TestServer.bytes(2_000_000, 6);
        server.contents.put("dropped", content);
        server.contents.put("kept", content);
        server.closedLatches.put("dropped", new CountDownLatch(1));
        ClientOptions options = ClientOptions.DEFAULT.withCreditBytes(100_000);
        try (ClientSession client = connect(ServerOptions.DEFAULT, options)) {
            RemoteFile dropped = client.open(whole("dropped"));
            dropped.read(ByteBuffer.allocate(1));
            dropped.close();
            assertTrue(server.closedLatches.get("dropped").await(20, TimeUnit.SECONDS));
            assertThrows(SessionException.class, () -> dropped.read(ByteBuffer.allocate(1)));
            assertArrayEquals(content, TestServer.readAll(client.open(whole("kept"))));
            assertTrue(client.isOpen());
        }
    }

    /** What another request fetches is not sent here as well. */
    @Test
    void aLimitedRequestIsSentNoFurtherThanItsLimit() throws Exception {
        byte[] content = TestServer.bytes(1 << 20, 3);
        server.contents.put("large", content);
        int credit = 64 * 1024;
        try (ClientSession client = connectTcp(ServerOptions.DEFAULT, ClientOptions.DEFAULT)) {
            try (RemoteFile file = client.open(whole("large"), credit)) {
                assertEquals(credit, file.limitTo(0), "what the server may have sent already stays allowed");
                byte[] received = new byte[credit];
                ByteBuffer target = ByteBuffer.wrap(received);
                while (target.hasRemaining()) {
                    file.read(target);
                }
                assertArrayEquals(Arrays.copyOf(content, credit), received);
                assertEquals(credit, file.limitTo(content.length), "a limit does not move away again");
            }
            try (RemoteFile file = client.open(whole("large"), credit)) {
                assertEquals(200_000, file.limitTo(200_000));
                ByteBuffer target = ByteBuffer.allocate(200_000);
                while (target.hasRemaining()) {
                    file.read(target);
                }
                assertArrayEquals(Arrays.copyOf(content, 200_000), target.array());
            }
        }
        assertNull(server.outcome());
    }

    @Test
    void requestsAboveTheLimitWaitTheirTurnInTheClient() throws Exception {
        byte[] content = TestServer.bytes(100_000, 8);
        server.contents.put("file", content);
        try (ClientSession client =
                connect(ServerOptions.DEFAULT.withRequestsMax(16), ClientOptions.DEFAULT.withCreditBytes(20_000))) {
            List<RemoteFile> files = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                files.add(client.open(whole("file")));
            }
            for (int i = 0; i < 100; i += 3) {
                files.get(i).close();
            }
            for (int i = 0; i < 100; i++) {
                if (i % 3 != 0) {
                    assertArrayEquals(content, TestServer.readAll(files.get(i)));
                }
            }
        }
        assertNull(server.outcome());
    }

    @Test
    void refusalsReachTheirRequestOnly() throws Exception {
        server.contents.put("file", new byte[10]);
        try (ClientSession client = connect(ServerOptions.DEFAULT, ClientOptions.DEFAULT)) {
            RemoteFile missing = client.open(whole("missing"));
            RequestFailedException refused = assertThrows(RequestFailedException.class, missing::info);
            assertEquals(FailureKind.NOT_FOUND, refused.kind());
            assertEquals(404, refused.upstreamStatus());
            assertFalse(refused.getMessage().contains("secret-token"), refused.getMessage());
            assertThrows(RequestFailedException.class, () -> missing.read(ByteBuffer.allocate(1)));

            RemoteFile changed = client.open(new OpenRequest("file", null, 0, -1, "v0"));
            assertEquals(
                    FailureKind.CHANGED,
                    assertThrows(RequestFailedException.class, changed::info).kind());
            RemoteFile behind = client.open(new OpenRequest("file", null, 11, -1, null));
            assertEquals(
                    FailureKind.BAD_REQUEST,
                    assertThrows(RequestFailedException.class, behind::info).kind());
            assertEquals(10, TestServer.readAll(client.open(whole("file"))).length);
        }
        assertNull(server.outcome());
    }

    @Test
    void aSourceThatFailsMidwayFailsItsRequestOnly() throws Exception {
        byte[] content = TestServer.bytes(100_000, 9);
        server.contents.put("file", content);
        server.failsAtByte.put("file", 70_000L);
        try (ClientSession client = connect(ServerOptions.DEFAULT, ClientOptions.DEFAULT)) {
            RemoteFile file = client.open(whole("file"));
            ByteBuffer target = ByteBuffer.allocate(100_000);
            RequestFailedException failed = assertThrows(RequestFailedException.class, () -> {
                while (file.read(target) >= 0) {
                    assertTrue(target.position() <= 70_000);
                }
            });
            assertEquals(70_000, target.position());
            assertEquals(FailureKind.UPSTREAM, failed.kind());
            assertFalse(failed.getMessage().contains("secret path"), failed.getMessage());
            assertTrue(client.isOpen());
        }
    }

    @Test
    void carriesTheLongestIdTokenAndValidator() throws Exception {
        String id = "i".repeat(Limits.FILE_ID_BYTES_MAX);
        String token = "t".repeat(Limits.TOKEN_BYTES_MAX);
        server.contents.put(id, new byte[0]);
        try (ClientSession client = connect(ServerOptions.DEFAULT, ClientOptions.DEFAULT)) {
            OpenRequest request = new OpenRequest(id, token, 0, 0, "w".repeat(Limits.VALIDATOR_BYTES_MAX));
            // The name is too long to be told, which only this request hears of.
            assertThrows(
                    RequestFailedException.class, () -> client.open(request).info());
            assertEquals(request, server.lastRequest);
            assertFalse(request.toString().contains(token));
        }
    }
}
