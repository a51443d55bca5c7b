package io.parcelnode.perf.chaos;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A REST endpoint that wants a token, with files that may change, and with faults that may be switched on. Thread-safe. */
final class ChaosEndpoint implements Closeable {
    static final String TOKEN_HEADER = "X-Auth-Token";

    private static final int FAULTY_ONE_IN = 4;
    private static final int PIECE_BYTES = 1 << 15;
    /** With four requests at a time that makes some 10 MB/s. */
    private static final long PIECE_PAUSE_MS = 12;

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{1,18})");

    private final EndpointContents contents;
    private final ChaosTokens tokens;
    private final boolean tellsDigests;
    private final SplittableRandom random;
    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean errors;
    private volatile boolean breaks;
    private volatile boolean down;
    private volatile boolean slow;

    ChaosEndpoint(EndpointContents contents, ChaosTokens tokens, boolean tellsDigests, long seed) throws IOException {
        this.contents = contents;
        this.tokens = tokens;
        this.tellsDigests = tellsDigests;
        random = new SplittableRandom(seed);
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/", this::answer);
        http.start();
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/";
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

    /** Slower than the path: the server cannot have asked for everything before anything has come. */
    void slow(boolean on) {
        slow = on;
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    private synchronized boolean draw() {
        return random.nextInt(FAULTY_ONE_IN) == 0;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Matcher range =
                    RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
            Item item = Item.of(exchange.getRequestURI().getPath().substring(1));
            int refusal = refusal(exchange.getRequestHeaders().getFirst(TOKEN_HEADER), item, range.matches());
            if (refusal != 0) {
                exchange.sendResponseHeaders(refusal, -1);
                return;
            }
            int version = contents.version(item);
            byte[] content = contents.content(item, version);
            int from = (int) Long.parseLong(range.group(1));
            int to = (int) Math.min(Long.parseLong(range.group(2)), content.length - 1);
            Headers headers = exchange.getResponseHeaders();
            headers.set("ETag", '"' + item.original().name() + '-' + version + '"');
            headers.set("Content-Range", "bytes " + from + '-' + to + '/' + content.length);
            if (item.hasNamesake()) {
                headers.set("Content-Disposition", "attachment; filename=\"" + Item.NAME_OF_BOTH + '"');
            }
            if (tellsDigests) {
                byte[] digest = Digests.of("SHA-256", content);
                headers.set("Repr-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(digest) + ':');
            }
            exchange.sendResponseHeaders(206, to - from + 1);
            int end = breaks && draw() ? from + (to - from) / 2 : to + 1;
            send(exchange.getResponseBody(), content, from, end);
        }
    }

    /** Returns the status of a refusal, 0 for none. */
    private int refusal(String token, Item item, boolean hasRange) {
        if (down || errors && draw()) {
            return down ? 500 : 503;
        }
        if (!tokens.isGood(token)) {
            return 401;
        }
        if (item == Item.DENIED) {
            return 403;
        }
        return item == null || item == Item.ABSENT || !hasRange ? 404 : 0;
    }

    private void send(OutputStream body, byte[] content, int from, int end) throws IOException {
        for (int at = from; at < end; at += PIECE_BYTES) {
            body.write(content, at, Math.min(PIECE_BYTES, end - at));
            if (slow) {
                try {
                    TimeUnit.MILLISECONDS.sleep(PIECE_PAUSE_MS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("the endpoint is being closed", e);
                }
            }
        }
    }
}
