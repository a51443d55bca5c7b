package io.parcelnode.proto;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server of byte arrays for the tests, over one channel, and threads for everything else that a test runs. */
final class TestServer implements FileProvider, AutoCloseable {
    static final ServerIdentity IDENTITY = ServerIdentity.selfSigned(new SecureRandom());
    static final ServerTrust TRUST = ServerTrust.fingerprint(IDENTITY.fingerprint());
    static final String VALIDATOR = "v1";
    static final ServerOptions OPTIONS = ServerOptions.DEFAULT.withRequestsMax(1_024);

    final Map<String, byte[]> contents = new ConcurrentHashMap<>();
    /** Where reading a file throws what is given here. */
    final Map<String, IOException> failures = new ConcurrentHashMap<>();

    final Map<String, Integer> failsAtByte = new ConcurrentHashMap<>();
    final Map<String, CountDownLatch> closedLatches = new ConcurrentHashMap<>();
    final List<OpenRequest> requests = new ArrayList<>();
    /** Null when {@link ServerSession#serve} returned, otherwise what it or the handshake threw. */
    final CompletableFuture<Throwable> outcome = new CompletableFuture<>();

    final CompletableFuture<ServerSession> accepted = new CompletableFuture<>();

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
            } catch (IOException | RuntimeException e) {
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

    <T> Future<T> submit(Callable<T> task) {
        return executor.submit(task);
    }

    static <T> T await(Future<T> future) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static OpenRequest whole(String id) {
        return new OpenRequest(id, null, 0, -1, null);
    }

    /** The two ends of a TCP connection over the loopback interface. */
    static SocketChannel[] tcpPair() throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel client = SocketChannel.open(listener.getLocalAddress());
            return new SocketChannel[] {client, listener.accept()};
        }
    }

    static boolean contains(byte[] haystack, String needle) {
        return contains(haystack, needle.getBytes(StandardCharsets.UTF_8));
    }

    static boolean contains(byte[] haystack, byte[] needle) {
        String hay = new String(haystack, StandardCharsets.ISO_8859_1);
        return hay.contains(new String(needle, StandardCharsets.ISO_8859_1));
    }

    /** Reads to the end of the file. */
    static byte[] readAll(RemoteFile file) throws IOException {
        ByteBuffer whole = ByteBuffer.allocate(64 * 1024);
        while (file.read(whole) >= 0) {
            if (!whole.hasRemaining()) {
                whole = ByteBuffer.allocate(2 * whole.capacity()).put(whole.flip());
            }
        }
        byte[] bytes = new byte[whole.flip().remaining()];
        whole.get(bytes);
        return bytes;
    }

    List<OpenRequest> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    @Override
    public ServedFile open(OpenRequest request) throws IOException {
        synchronized (requests) {
            requests.add(request);
        }
        byte[] content = contents.get(request.fileId());
        if (content == null) {
            throw new RequestFailedException(FailureKind.NOT_FOUND, 404, "there is no such file");
        }
        return new Served(request, content);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private final class Served implements ServedFile {
        private final OpenRequest request;
        private final ByteBuffer content;
        private final int size;
        private final int failsAt;

        Served(OpenRequest request, byte[] bytes) {
            this.request = request;
            size = bytes.length;
            failsAt = failsAtByte.getOrDefault(request.fileId(), Integer.MAX_VALUE);
            int offset = (int) Math.min(size, request.offsetBytes());
            int length =
                    request.lengthBytes() < 0 ? size - offset : (int) Math.min(size - offset, request.lengthBytes());
            content = ByteBuffer.wrap(bytes, offset, length);
        }

        @Override
        public FileInfo info() {
            return new FileInfo(request.fileId() + ".bin", size, VALIDATOR, null, null);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (content.position() >= failsAt) {
                throw failures.get(request.fileId());
            }
            if (!content.hasRemaining()) {
                return -1;
            }
            int count = Math.min(Math.min(content.remaining(), target.remaining()), failsAt - content.position());
            target.put(content.slice(content.position(), count));
            content.position(content.position() + count);
            return count;
        }

        @Override
        public void close() throws IOException {
            CountDownLatch latch = closedLatches.get(request.fileId());
            if (latch != null) {
                latch.countDown();
            }
            if (request.fileId().startsWith("sticky")) {
                throw new IOException("this file does not close");
            }
        }
    }
}
