package io.parcelnode.proto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A source that is still asking for a file costs the session no thread. */
@Timeout(180)
class OpenAheadTest {
    private static final int FILES = 200;
    private static final int THREADS = 4;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final ExecutorService sessions = Executors.newCachedThreadPool();
    private final SlowSource source = new SlowSource();
    private ClientSession client;
    private CompletableFuture<Throwable> outcome;

    @BeforeEach
    void connect() throws IOException {
        PipeChannel[] pair = PipeChannel.pair();
        outcome = new CompletableFuture<>();
        sessions.execute(() -> {
            try (ServerSession session = ServerSession.accept(
                    pair[1].notRecording(), TestServer.IDENTITY, source, ServerOptions.DEFAULT, threads)) {
                session.serve();
                outcome.complete(null);
            } catch (IOException | RuntimeException e) {
                outcome.complete(e);
            }
        });
        client = ClientSession.connect(pair[0], TestServer.TRUST, ClientOptions.DEFAULT);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        threads.shutdownNow();
        sessions.shutdownNow();
    }

    @Test
    void allAreBegunWhileTheFirstStillWaits() throws Exception {
        List<RemoteFile> files = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            files.add(client.open(new OpenRequest("f" + i, null), 1 << 16));
        }
        source.begun.await();

        source.open.complete(null);
        for (RemoteFile file : files) {
            assertArrayEquals(SlowSource.CONTENT, TestServer.readAll(file));
        }
    }

    @Test
    void whatIsCancelledMeanwhileIsLetGoAndHoldsUpNobody() throws Exception {
        for (int i = 0; i < FILES - 1; i++) {
            client.open(new OpenRequest("f" + i, null), 1 << 16).close();
        }
        RemoteFile last = client.open(new OpenRequest("last", null), 1 << 16);
        source.begun.await();
        source.cancelled.await();
        source.open.complete(null);
        assertArrayEquals(SlowSource.CONTENT, TestServer.readAll(last));
        client.close();
        assertEquals(null, TestServer.await(outcome));
    }

    /** The reading thread is everybody's. */
    @Test
    void aSourceThatThrowsAtOnceFailsItsRequestAlone() throws Exception {
        source.open.complete(null);
        RemoteFile broken = client.open(new OpenRequest("broken", null), 1 << 16);
        RequestFailedException failure = assertThrows(RequestFailedException.class, () -> TestServer.readAll(broken));
        assertEquals(FailureKind.INTERNAL, failure.kind());
        assertArrayEquals(SlowSource.CONTENT, TestServer.readAll(client.open(new OpenRequest("whole", null), 1 << 16)));
    }

    /** Opens all files at one moment, without threads. */
    private static final class SlowSource implements FileProvider {
        static final byte[] CONTENT = TestServer.bytes(10_000, 1);

        final CompletableFuture<Void> open = new CompletableFuture<>();
        final CountDownLatch begun = new CountDownLatch(FILES);
        final CountDownLatch cancelled = new CountDownLatch(FILES - 1);

        @Override
        public ServedFile open(OpenRequest request) {
            throw new AssertionError("the session opens by begin()");
        }

        @Override
        public FileOpening begin(OpenRequest request) {
            if (request.fileId().equals("broken")) {
                throw new IllegalStateException("wanted by the test");
            }
            begun.countDown();
            return new FileOpening() {
                @Override
                public void whenReady(Runnable task) {
                    open.thenRun(task);
                }

                @Override
                public ServedFile open() {
                    return new Whole();
                }

                @Override
                public void cancel() {
                    cancelled.countDown();
                }
            };
        }
    }

    private static final class Whole implements ServedFile {
        private final ByteBuffer left = ByteBuffer.wrap(SlowSource.CONTENT);

        @Override
        public FileInfo info() {
            return new FileInfo("whole", SlowSource.CONTENT.length, "v", null, null);
        }

        @Override
        public int read(ByteBuffer target) {
            int count = Math.min(left.remaining(), target.remaining());
            target.put(left.slice(left.position(), count));
            left.position(left.position() + count);
            return count;
        }

        @Override
        public void close() {}
    }
}
