package io.parcelnode.node.source;

import static io.parcelnode.node.source.RestFixture.ID;
import static io.parcelnode.node.source.RestFixture.RANGE_BYTES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parallel ranges: order, bounds, and what one range's trouble means for the others. */
@Timeout(180)
class RangedFileTest {
    private static final int RANGES = 24;
    private static final byte[] CONTENT = TestBytes.random(RANGES * RANGE_BYTES - 77, 1);

    @Test
    void aSlowRangeDoesNotHoldUpTheRequestsBehindIt() throws Exception {
        try (RestFixture rest = fixture(3, 64 << 20)) {
            CountDownLatch laterAsked = new CountDownLatch(4);
            rest.endpoint.twist((asked, exchange) -> {
                if (rangeOf(asked) == 1) {
                    laterAsked.await();
                } else if (rangeOf(asked) > 1) {
                    laterAsked.countDown();
                }
                return false;
            });

            assertArrayEquals(CONTENT, rest.readAll());
        }
    }

    @Test
    void asksForAsManyAtOnceAsItMayAndNoMore() throws Exception {
        try (RestFixture rest = fixture(3, 64 << 20)) {
            CountDownLatch three = new CountDownLatch(3);
            AtomicInteger waiting = new AtomicInteger();
            AtomicInteger waitingMax = new AtomicInteger();
            rest.endpoint.twist((asked, exchange) -> {
                waitingMax.accumulateAndGet(waiting.incrementAndGet(), Math::max);
                if (rangeOf(asked) > 0) {
                    three.countDown();
                    three.await();
                }
                waiting.decrementAndGet();
                return false;
            });

            assertArrayEquals(CONTENT, rest.readAll());

            assertEquals(3, waitingMax.get());
        }
    }

    /** Nobody reads: the source stops asking when its share of the memory is full. */
    @Test
    void holdsNoMoreInMemoryThanItMay() throws Exception {
        long readAheadBytes = 8 * RANGE_BYTES; // Of which one transfer may take half.
        try (RestFixture rest = fixture(3, readAheadBytes);
                ServedFile file = rest.open(0)) {
            Await.until("four ranges asked for", () -> asked(rest).size() >= 4);
            // Whoever could ask for more has had every chance once the fourth has been answered and one byte is read.
            assertEquals(1, file.read(ByteBuffer.allocate(1)));
            assertEquals(Set.of(0, 1, 2, 3), asked(rest));

            byte[] rest1 = TestBytes.readAll(file);
            assertArrayEquals(Arrays.copyOfRange(CONTENT, 1, CONTENT.length), rest1);
        }
    }

    @Test
    void worksEvenWhenOthersHaveTakenAllMemory() throws Exception {
        try (RestFixture rest = fixture(3, 0)) {
            assertArrayEquals(CONTENT, rest.readAll());
        }
    }

    /** A client that opens many files and gives none of them credit: nobody reads, so nothing waits in memory. */
    @Test
    void holdsNothingForAReaderThatDoesNotReadWhenMemoryIsShort() throws Exception {
        try (RestFixture rest = fixture(3, 0);
                ServedFile file = rest.open(0)) {
            ByteBuffer first = ByteBuffer.allocate(1);
            assertEquals(1, file.read(first)); // It waited for this, and the rest of its chunk is there.
            RangedFile ranged = (RangedFile) file;
            assertTrue(ranged.bufferedBytes() <= ChunkPool.CHUNK_BYTES, "holds " + ranged.bufferedBytes());
            byte[] others = TestBytes.readAll(file);
            assertEquals(0, ranged.bufferedBytes());
            assertArrayEquals(Arrays.copyOfRange(CONTENT, 1, CONTENT.length), others);
        }
    }

    @Test
    void givesItsMemoryBackWhenClosed() throws Exception {
        try (RestFixture rest = fixture(3, 8 * RANGE_BYTES)) {
            for (int i = 0; i < 20; i++) {
                rest.open(0).close();
            }
            AtomicInteger askedBefore = new AtomicInteger(rest.endpoint.asked().size());
            try (ServedFile file = rest.open(0)) {
                Await.until(
                        "ranges ahead asked for", () -> rest.endpoint.asked().size() >= askedBefore.get() + 4);
                assertArrayEquals(CONTENT, TestBytes.readAll(file));
            }
        }
    }

    @Test
    void repeatsWhatFailsOnce() throws Exception {
        try (RestFixture rest = fixture(3, 64 << 20)) {
            AtomicBoolean failed = new AtomicBoolean();
            rest.endpoint.twist((asked, exchange) -> {
                if (rangeOf(asked) == 3 && failed.compareAndSet(false, true)) {
                    TestEndpoint.answer(exchange, 500, "try again");
                    return true;
                }
                return false;
            });

            assertArrayEquals(CONTENT, rest.readAll());
            assertTrue(failed.get());
        }
    }

    @Test
    void asksOnlyForTheRestOfABrokenOffAnswer() throws Exception {
        try (RestFixture rest = fixture(3, 64 << 20)) {
            Set<Integer> broken = ConcurrentHashMap.newKeySet();
            rest.endpoint.twist((asked, exchange) -> {
                if (asked.from() % RANGE_BYTES == 0 && broken.add(rangeOf(asked))) {
                    TestEndpoint.breakOff(asked, exchange, CONTENT, 20_000);
                    return true;
                }
                return false;
            });

            assertArrayEquals(CONTENT, rest.readAll());

            for (TestEndpoint.Asked asked : rest.endpoint.asked()) {
                long into = asked.from() % RANGE_BYTES;
                assertTrue(into == 0 || into == 20_000, asked.toString());
            }
        }
    }

    @Test
    void givesUpOnARangeThatKeepsFailing() throws Exception {
        try (RestFixture rest = fixture(3, 64 << 20)) {
            rest.endpoint.twist((asked, exchange) -> {
                if (rangeOf(asked) == 2) {
                    TestEndpoint.answer(exchange, 503, "down for maintenance");
                    return true;
                }
                return false;
            });

            RequestFailedException failure = rest.refusal(FailureKind.UPSTREAM);

            assertEquals(503, failure.upstreamStatus());
            assertTrue(failure.getMessage().contains("down for maintenance"), failure.getMessage());
        }
    }

    @Test
    void noticesThatTheFileChangesWhileItIsRead() throws Exception {
        try (RestFixture rest = fixture(2, 64 << 20)) {
            rest.endpoint.twist((asked, exchange) -> {
                exchange.getResponseHeaders().set("ETag", rangeOf(asked) < 5 ? "\"old\"" : "\"new\"");
                return false;
            });
            rest.refusal(FailureKind.CHANGED);
        }
        try (RestFixture rest = fixture(2, 64 << 20)) {
            rest.endpoint.twist((asked, exchange) -> {
                if (rangeOf(asked) == 5) {
                    rest.endpoint.file(ID, Arrays.copyOf(CONTENT, CONTENT.length - 1));
                }
                return false;
            });
            rest.refusal(FailureKind.CHANGED);
        }
    }

    @Test
    void continuesOnlyWhatHasNotChanged() throws Exception {
        try (RestFixture rest = fixture(2, 64 << 20)) {
            rest.endpoint.header("ETag", "\"v2\"");
            OpenRequest same = new OpenRequest(ID, null, 1_000_000, -1, "\"v2\"");
            try (ServedFile file = rest.source.open(same)) {
                assertArrayEquals(Arrays.copyOfRange(CONTENT, 1_000_000, CONTENT.length), TestBytes.readAll(file));
            }
            OpenRequest other = new OpenRequest(ID, null, 1_000_000, -1, "\"v1\"");
            RequestFailedException refusal = assertThrows(RequestFailedException.class, () -> rest.source.open(other));
            assertEquals(FailureKind.CHANGED, refusal.kind());
        }
    }

    @Test
    void refusesAnswersToAnotherQuestion() throws Exception {
        try (RestFixture rest = fixture(2, 64 << 20)) {
            rest.endpoint.twist((asked, exchange) -> {
                if (rangeOf(asked) == 1) {
                    exchange.getResponseHeaders().set("ETag", "\"v0\"");
                    exchange.getResponseHeaders().set("Content-Range", "bytes 0-99/" + CONTENT.length);
                    exchange.sendResponseHeaders(206, 100);
                    exchange.getResponseBody().write(CONTENT, 0, 100);
                    return true;
                }
                return false;
            });

            rest.refusal(FailureKind.UPSTREAM);
        }
    }

    /** The whole file, an error page or nothing at all in place of a range must never be glued on. */
    @ParameterizedTest
    @ValueSource(ints = {200, 204, 404, 416})
    void refusesAnotherStatusInTheMiddle(int status) throws Exception {
        try (RestFixture rest = fixture(2, 64 << 20)) {
            rest.endpoint.twist((asked, exchange) -> {
                if (rangeOf(asked) == 3) {
                    exchange.getResponseHeaders().set("ETag", "\"v0\"");
                    TestEndpoint.answer(exchange, status, status == 204 ? "" : "x".repeat(RANGE_BYTES));
                    return true;
                }
                return false;
            });

            assertThrows(RequestFailedException.class, rest::readAll);
        }
    }

    @Test
    void closingWakesAReaderThatWaits() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RestFixture rest = fixture(2, 64 << 20)) {
            rest.endpoint.twist((asked, exchange) -> {
                if (rangeOf(asked) > 0) {
                    over.await();
                }
                return false;
            });
            ServedFile file = rest.open(0);
            AtomicLong received = new AtomicLong();
            CompletableFuture<IOException> end = new CompletableFuture<>();
            Thread reader = new Thread(() -> {
                try {
                    ByteBuffer buffer = ByteBuffer.allocate(10_000);
                    while (file.read(buffer.clear()) >= 0) {
                        received.addAndGet(buffer.position());
                    }
                    end.completeExceptionally(new AssertionError("the file ended"));
                } catch (IOException e) {
                    end.complete(e);
                }
            });
            reader.start();
            Await.until("the first range is read", () -> received.get() == RANGE_BYTES);
            file.close();
            assertTrue(end.get() instanceof RequestFailedException, () -> String.valueOf(end.join()));
        } finally {
            over.countDown();
        }
    }

    private static RestFixture fixture(int connections, long readAheadBytes) throws IOException {
        RestFixture rest = new RestFixture(connections, readAheadBytes);
        rest.endpoint.file(ID, CONTENT);
        return rest;
    }

    private static Set<Integer> asked(RestFixture rest) {
        Set<Integer> ranges = ConcurrentHashMap.newKeySet();
        rest.endpoint.asked().forEach(asked -> ranges.add(rangeOf(asked)));
        return ranges;
    }

    private static int rangeOf(TestEndpoint.Asked asked) {
        return (int) (asked.from() / RANGE_BYTES);
    }
}
