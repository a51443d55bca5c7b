package io.parcelnode.perf.chaos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A REST endpoint with two files that may change, and with faults that may be switched on. Thread-safe. */
final class ChaosEndpoint implements Closeable {
    static final String LARGE = "large";
    static final String SMALL = "small";

    private static final int SMALL_BYTES = 50_000;
    private static final int FAULTY_ONE_IN = 4;
    private static final int PIECE_BYTES = 1 << 15;
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{1,18})");

    private final int sizeBytes;
    private final SplittableRandom random;
    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<byte[]> versions = new ArrayList<>();
    private final byte[] small;
    private volatile boolean errors;
    private volatile boolean breaks;
    private volatile boolean down;

    ChaosEndpoint(int sizeBytes, long seed) throws IOException {
        this.sizeBytes = sizeBytes;
        random = new SplittableRandom(seed);
        small = bytes(SMALL_BYTES);
        change();
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/", this::answer);
        http.start();
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/";
    }

    /** The large file is another one from now on. */
    synchronized void change() {
        versions.add(bytes(sizeBytes));
    }

    void errors(boolean on) {
        errors = on;
    }

    void breaks(boolean on) {
        breaks = on;
    }

    void down(boolean on) {
        down = on;
    }

    /** Number of the version that is current. */
    synchronized int version() {
        return versions.size() - 1;
    }

    /** Number of the version that these bytes are, -1 if they are none. */
    synchronized int versionOf(byte[] content) {
        for (int i = 0; i < versions.size(); i++) {
            if (Arrays.equals(versions.get(i), content)) {
                return i;
            }
        }
        return -1;
    }

    /** How many bytes of {@code part} are, block by block, those of the present version. */
    long equalBytes(byte[] part, int blockBytes) {
        byte[] content = current();
        long equal = 0;
        for (int at = 0; at < Math.min(part.length, content.length); at += blockBytes) {
            int end = Math.min(at + blockBytes, Math.min(part.length, content.length));
            equal += Arrays.equals(part, at, end, content, at, end) ? end - at : 0;
        }
        return equal;
    }

    boolean isSmall(byte[] content) {
        return Arrays.equals(small, content);
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    private synchronized byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private synchronized boolean draw() {
        return random.nextInt(FAULTY_ONE_IN) == 0;
    }

    private synchronized byte[] current() {
        return versions.get(versions.size() - 1);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Matcher range =
                    RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
            String name = exchange.getRequestURI().getPath().substring(1);
            if (down || errors && draw()) {
                exchange.sendResponseHeaders(down ? 500 : 503, -1);
                return;
            }
            if (!range.matches() || !name.equals(LARGE) && !name.equals(SMALL)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            int version;
            byte[] content;
            synchronized (this) {
                version = version();
                content = name.equals(SMALL) ? small : current();
            }
            exchange.getResponseHeaders().set("ETag", "\"" + (name.equals(SMALL) ? "s" : "v" + version) + '"');
            int from = (int) Long.parseLong(range.group(1));
            int to = (int) Math.min(Long.parseLong(range.group(2)), content.length - 1);
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + '-' + to + '/' + content.length);
            exchange.sendResponseHeaders(206, to - from + 1);
            int end = breaks && draw() ? from + (to - from) / 2 : to + 1;
            OutputStream body = exchange.getResponseBody();
            for (int at = from; at < end; at += PIECE_BYTES) {
                body.write(content, at, Math.min(PIECE_BYTES, end - at));
            }
        }
    }
}
