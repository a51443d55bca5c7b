package io.parcelnode.node.source;

import static io.parcelnode.node.source.RestFixture.ID;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several clients on one file: what one of them has asked for serves the others, and nobody goes without a right. */
@Timeout(180)
class SharedReadTest {
    private static final byte[] CONTENT = TestBytes.random(16 << 20, 1);
    private static final int MEMORY_BYTES = 64 << 20;

    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final AtomicLong sharedBytes = new AtomicLong();
    private final Map<Integer, FileProvider> sessions = new ConcurrentHashMap<>();
    private RestFixture rest;

    private void start(long memoryBytes) throws IOException {
        rest = new RestFixture(4, memoryBytes, new EndpointListener() {
            @Override
            public void onSharedBytes(long bytes) {
                sharedBytes.addAndGet(bytes);
            }
        });
        rest.endpoint.file(ID, CONTENT);
    }

    @AfterEach
    void stop() {
        clients.shutdownNow();
        rest.close();
    }

    private ServedFile open(int client) throws IOException {
        return open(client, 0);
    }

    private ServedFile open(int client, long offset) throws IOException {
        OpenRequest request = new OpenRequest(ID, "token-" + client, offset, -1, null);
        return session(client).open(request);
    }

    /** The client's first one. */
    private FileProvider session(int client) {
        return sessions.computeIfAbsent(client, number -> rest.source.forClient("10.0.0." + number));
    }

    private static byte[] readAll(ServedFile file) throws IOException {
        try (file) {
            return TestBytes.readAll(file);
        }
    }

    private static byte[] digestOf(ServedFile file) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        ByteBuffer buffer = ByteBuffer.allocate(1 << 15);
        try (file) {
            while (file.read(buffer.clear()) >= 0) {
                digest.update(buffer.flip());
            }
        }
        return digest.digest();
    }

    /** Counted in full, also where an answer was not read to its end. */
    private long upstreamBytes() {
        return rest.endpoint.asked().stream()
                .mapToLong(asked -> Math.min(asked.to(), CONTENT.length - 1) - asked.from() + 1)
                .sum();
    }

    @Test
    void aHundredClientsCostTheEndpointLittleMoreThanOneAndAnAuthorisationEach() throws Exception {
        start(MEMORY_BYTES);
        int count = 100;
        CyclicBarrier all = new CyclicBarrier(count);
        List<Future<byte[]>> digests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int client = i;
            digests.add(clients.submit(() -> {
                all.await();
                ServedFile file = open(client);
                all.await(); // Who is let in when the others have gone already reads for itself.
                return digestOf(file);
            }));
        }
        byte[] wanted = MessageDigest.getInstance("SHA-256").digest(CONTENT);
        for (Future<byte[]> digest : digests) {
            assertArrayEquals(wanted, digest.get());
        }
        long upstream = upstreamBytes();
        assertTrue(upstream <= 1.2 * CONTENT.length + count, "the endpoint was asked for " + upstream + " bytes");
        Set<String> tokens = new HashSet<>();
        rest.endpoint.asked().forEach(asked -> tokens.add(asked.headers().getFirst("X-Auth-Token")));
        assertEquals(count, tokens.size(), "somebody read without having been checked");
        long authorisations = rest.endpoint.asked().stream()
                .filter(asked -> asked.from() == asked.to())
                .count();
        assertTrue(authorisations < count, authorisations + " authorisation requests");
        assertTrue(sharedBytes.get() >= (count - 2L) * CONTENT.length, "shared " + sharedBytes);
    }

    @Test
    void whatIsInMemoryIsNoRightToReadIt() throws Exception {
        start(MEMORY_BYTES);
        rest.endpoint.twist((asked, exchange) -> {
            if ("token-2".equals(asked.headers().getFirst("X-Auth-Token"))) {
                TestEndpoint.answer(exchange, 403, "not for you");
                return true;
            }
            return false;
        });
        try (ServedFile first = open(1)) {
            assertTrue(first.read(ByteBuffer.allocate(100_000)) > 0);
            RequestFailedException refusal = assertThrows(RequestFailedException.class, () -> open(2));
            assertEquals(FailureKind.FORBIDDEN, refusal.kind());
            assertArrayEquals(CONTENT, readAll(open(3)));
        }
    }

    /** Whoever reads for long is asked about again; the bytes are all in memory meanwhile. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRightIsGoodForAMinute(boolean takenAway) throws Exception {
        AtomicLong nowNs = new AtomicLong();
        rest = new RestFixture(4, MEMORY_BYTES, RestFixture.RANGE_BYTES, EndpointListener.NONE, nowNs::get);
        rest.endpoint.file(ID, CONTENT);
        try (ServedFile slow = open(2);
                ServedFile quick = open(1)) {
            assertTrue(slow.read(ByteBuffer.allocate(1_000)) > 0);
            TestBytes.readAll(quick);
            nowNs.addAndGet(SharedContent.RIGHT_AGE_MAX_NS + 1);
            rest.endpoint.twist((asked, exchange) -> {
                if (takenAway && "token-2".equals(asked.headers().getFirst("X-Auth-Token"))) {
                    TestEndpoint.answer(exchange, 403, "no longer");
                    return true;
                }
                return false;
            });
            if (takenAway) {
                RequestFailedException refusal =
                        assertThrows(RequestFailedException.class, () -> TestBytes.readAll(slow));
                assertEquals(FailureKind.FORBIDDEN, refusal.kind());
            } else {
                assertEquals(CONTENT.length - 1_000, TestBytes.readAll(slow).length);
            }
        }
    }

    /** The same address with another token is somebody else. */
    @Test
    void aRightBelongsToTheTokenAndNotToTheAddress() throws Exception {
        start(MEMORY_BYTES);
        rest.endpoint.twist((asked, exchange) -> {
            if (!"token-1".equals(asked.headers().getFirst("X-Auth-Token"))) {
                TestEndpoint.answer(exchange, 401, "who is it");
                return true;
            }
            return false;
        });
        try (ServedFile first = open(1)) {
            assertTrue(first.read(ByteBuffer.allocate(100_000)) > 0);
            RequestFailedException refusal = assertThrows(
                    RequestFailedException.class, () -> session(1).open(new OpenRequest(ID, null, 0, -1, null)));
            assertEquals(FailureKind.UNAUTHORIZED, refusal.kind());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {MEMORY_BYTES, 2 << 20})
    void aClientThatStandsStillHoldsUpNobodyAndReadsForItselfLater(long memoryBytes) throws Exception {
        start(memoryBytes);
        try (ServedFile slow = open(1)) {
            ByteBuffer first = ByteBuffer.allocate(1);
            assertEquals(1, slow.read(first));
            for (int client = 2; client < 5; client++) {
                assertArrayEquals(CONTENT, readAll(open(client)));
                assertTrue(rest.source.takenBytes() <= memoryBytes, "holds " + rest.source.takenBytes());
            }
            assertArrayEquals(Arrays.copyOfRange(CONTENT, 1, CONTENT.length), TestBytes.readAll(slow));
        }
        Await.until("all memory is given back", () -> rest.source.takenBytes() == 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 200_000})
    void withoutMemoryEverybodyReadsSlowlyButRight(long memoryBytes) throws Exception {
        start(memoryBytes);
        byte[] small = Arrays.copyOf(CONTENT, 1_000_000);
        rest.endpoint.file(ID, small);
        List<Future<byte[]>> received = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int client = i;
            received.add(clients.submit(() -> readAll(open(client))));
        }
        for (Future<byte[]> bytes : received) {
            assertArrayEquals(small, bytes.get());
        }
        Await.until("all memory is given back", () -> rest.source.takenBytes() == 0);
    }

    @Test
    void theOthersGoOnWhenTheOneWhoAskedLeaves() throws Exception {
        start(MEMORY_BYTES);
        ServedFile leader = open(1);
        ServedFile follower = open(2);
        assertTrue(leader.read(ByteBuffer.allocate(1_000)) > 0);
        Future<byte[]> read = clients.submit(() -> readAll(follower));
        leader.close();
        assertArrayEquals(CONTENT, read.get());
    }

    /** A token that dies is the matter of the one whose it is. */
    @Test
    void nobodyFailsByAnothersToken() throws Exception {
        start(MEMORY_BYTES);
        AtomicBoolean dead = new AtomicBoolean();
        rest.endpoint.twist((asked, exchange) -> {
            if (dead.get() && "token-1".equals(asked.headers().getFirst("X-Auth-Token"))) {
                TestEndpoint.answer(exchange, 401, "expired");
                return true;
            }
            return false;
        });
        ServedFile first = open(1);
        ServedFile second = open(2);
        assertTrue(first.read(ByteBuffer.allocate(1_000)) > 0);
        dead.set(true);
        Callable<byte[]> firstReads = () -> readAll(first);
        Future<byte[]> failing = clients.submit(firstReads);
        assertArrayEquals(CONTENT, readAll(second));
        try {
            assertEquals(CONTENT.length - 1_000, failing.get().length, "what the other one has asked for serves it");
        } catch (java.util.concurrent.ExecutionException e) {
            assertEquals(FailureKind.UNAUTHORIZED, ((RequestFailedException) e.getCause()).kind());
        }
    }

    /** Slices, as our own clients ask for them: they cost one authorisation and no byte twice. */
    @Test
    void partsOfAFileThatOneClientReadsAtOnceAreAskedForOnce() throws Exception {
        start(MEMORY_BYTES);
        int half = CONTENT.length / 2;
        ServedFile front = session(1).open(new OpenRequest(ID, "token-1", 0, half, null));
        String validator = front.info().validator();
        ServedFile back = session(1).open(new OpenRequest(ID, "token-1", half, -1, validator));
        ByteBuffer begin = ByteBuffer.allocate(1_000);
        assertTrue(front.read(begin) > 0);
        assertArrayEquals(Arrays.copyOfRange(CONTENT, half, CONTENT.length), readAll(back));
        assertArrayEquals(Arrays.copyOfRange(CONTENT, begin.position(), half), readAll(front));
        assertTrue(upstreamBytes() <= CONTENT.length + 1, "asked for " + upstreamBytes());
    }

    @Test
    void aFileThatDependsOnTheTokenIsNotShared() throws Exception {
        start(MEMORY_BYTES);
        rest.endpoint.header("Vary", "Accept-Encoding, x-auth-token");
        try (ServedFile first = open(1)) {
            assertTrue(first.read(ByteBuffer.allocate(1_000)) > 0);
            assertArrayEquals(CONTENT, readAll(open(2)));
            assertEquals(0, sharedBytes.get());
        }
    }

    @Test
    void aNewVersionIsNotMixedWithTheOneThatOthersRead() throws Exception {
        start(MEMORY_BYTES);
        ServedFile old = open(1);
        assertTrue(old.read(ByteBuffer.allocate(1_000)) > 0);
        byte[] changed = TestBytes.random(CONTENT.length, 2);
        rest.endpoint.file(ID, changed).header("ETag", "\"v1\"");
        assertArrayEquals(changed, readAll(open(2)));
        RequestFailedException failure = assertThrows(RequestFailedException.class, () -> readAll(old));
        assertEquals(FailureKind.CHANGED, failure.kind());
    }

    /** The session of a client that was killed goes on reading until the server notices. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anotherSessionOfTheSameClientGetsWhatTheFileIsNow(boolean resumes) throws Exception {
        start(MEMORY_BYTES);
        ServedFile old = open(1);
        assertTrue(old.read(ByteBuffer.allocate(1_000)) > 0);
        byte[] changed = TestBytes.random(CONTENT.length, 2);
        rest.endpoint.file(ID, changed).header("ETag", "\"v1\"");
        FileProvider later = rest.source.forClient("10.0.0.1");
        if (resumes) {
            OpenRequest rest =
                    new OpenRequest(ID, "token-1", 1_000, -1, old.info().validator());
            RequestFailedException refusal = assertThrows(RequestFailedException.class, () -> later.open(rest));
            assertEquals(FailureKind.CHANGED, refusal.kind());
        }
        assertArrayEquals(changed, readAll(later.open(new OpenRequest(ID, "token-1", 0, -1, null))));
        old.close();
    }

    /** A client that takes little does not have the endpoint read far ahead. */
    @Test
    void readsNoFurtherAheadThanAClientThatTakesNothingNeeds() throws Exception {
        rest = new RestFixture(8, 1L << 30, 8 << 20, EndpointListener.NONE);
        byte[] large = new byte[64 << 20];
        rest.endpoint.file(ID, large);
        try (ServedFile file = open(1)) {
            assertEquals(1, file.read(ByteBuffer.allocate(1)));
            Await.until(
                    "as much as it may is asked for",
                    () -> rest.endpoint.asked().stream()
                                    .mapToLong(asked -> asked.to() + 1)
                                    .max()
                                    .orElse(0)
                            == ReadAhead.START_BYTES);
        }
    }
}
