package io.parcelnode.proto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of byte arrays for the tests, over one channel. */
final class TestServer implements FileProvider, AutoCloseable {
    static final ServerIdentity IDENTITY = ServerIdentity.selfSigned(new SecureRandom());
    static final ServerTrust TRUST = ServerTrust.fingerprint(IDENTITY.fingerprint());
    static final String VALIDATOR = "v1";

    /** A file that stays in its open until the test is over. */
    static final String BLOCKED = "blocked";

    final Map<String, byte[]> contents = new ConcurrentHashMap<>();
    final Map<String, Long> failsAtByte = new ConcurrentHashMap<>();
    final Map<String, CountDownLatch> closedLatches = new ConcurrentHashMap<>();
    final AtomicInteger openFiles = new AtomicInteger();
    final CompletableFuture<ServerSession> accepted = new CompletableFuture<>();
    /** Null when {@link ServerSession#serve} returned, otherwise what it or the handshake threw. */
    final CompletableFuture<Throwable> outcome = new CompletableFuture<>();

    volatile OpenRequest lastRequest;
    /** How long each read of a file takes. */
    volatile long delayMs;

    private final ExecutorService executor = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "test-server");
        thread.setDaemon(true);
        return thread;
    });

    TestServer serveOn(ByteChannel channel, ServerOptions options) {
        executor.execute(() -> {
            try (ServerSession session = ServerSession.accept(channel, IDENTITY, this, options, executor)) {
                accepted.complete(session);
                session.serve();
                outcome.complete(null);
            } catch (Throwable e) {
                accepted.completeExceptionally(e);
                outcome.complete(e);
            }
        });
        return this;
    }

    /** Waits for the session's end. */
    Throwable outcome() {
        return await(outcome);
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(120, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Override
    public ServedFile open(OpenRequest request) throws IOException {
        lastRequest = request;
        if (request.fileId().equals(BLOCKED)) {
            awaitInterrupt();
        }
        byte[] content = contents.get(request.fileId());
        if (content == null) {
            throw new RequestFailedException(
                    FailureKind.NOT_FOUND, 404, "no file for token " + request.token() + " here");
        }
        openFiles.incrementAndGet();
        return new Served(request, content);
    }

    private static void sleep(long ms) throws IOException {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    private static void awaitInterrupt() throws IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    private final class Served implements ServedFile {
        private final OpenRequest request;
        private final ByteBuffer content;
        private final long failsAt;

        Served(OpenRequest request, byte[] content) {
            this.request = request;
            this.content = ByteBuffer.wrap(content);
            this.failsAt = failsAtByte.getOrDefault(request.fileId(), Long.MAX_VALUE);
            if (request.offsetBytes() <= content.length) {
                this.content.position((int) request.offsetBytes());
            }
        }

        @Override
        public FileInfo info() {
            boolean sizeUnknown = request.fileId().startsWith("stream");
            String name = request.fileId().length() > 1000 ? "long" : request.fileId() + ".bin";
            return new FileInfo(name, sizeUnknown ? -1 : content.capacity(), VALIDATOR, null, null);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (delayMs > 0) {
                sleep(delayMs);
            }
            if (content.position() >= failsAt) {
                throw new IOException("the disk with the secret path is gone");
            }
            if (!content.hasRemaining()) {
                return -1;
            }
            int count = (int) Math.min(Math.min(content.remaining(), target.remaining()), failsAt - content.position());
            target.put(content.slice(content.position(), count));
            content.position(content.position() + count);
            return count;
        }

        @Override
        public void close() {
            openFiles.decrementAndGet();
            CountDownLatch latch = closedLatches.get(request.fileId());
            if (latch != null) {
                latch.countDown();
            }
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    /** Reads to the end of the file. */
    static byte[] readAll(RemoteFile file) throws IOException {
        ByteBuffer whole = ByteBuffer.allocate(64 * 1024);
        while (true) {
            if (!whole.hasRemaining()) {
                whole = ByteBuffer.allocate(2 * whole.capacity()).put(whole.flip());
            }
            if (file.read(whole) < 0) {
                byte[] bytes = new byte[whole.flip().remaining()];
                whole.get(bytes);
                return bytes;
            }
        }
    }
}
