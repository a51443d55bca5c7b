package io.parcelnode.node.testing;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A REST endpoint on loopback. It behaves well unless a test tells it otherwise. Thread-safe. */
public final class TestEndpoint implements Closeable {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{1,18})");
    private static final String VALIDATOR = "\"v0\"";
    private static final int PIECE_BYTES = 1 << 14;

    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    // With a validator, as any endpoint that is worth parallel ranges.
    private final Map<String, String> headers = new ConcurrentHashMap<>(Map.of("ETag", VALIDATOR));
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile boolean ranges = true;
    private volatile boolean lengths = true;
    private volatile Twist twist = (request, exchange) -> false;

    /** One request; {@code from} is -1 when it asks for no range. */
    public record Asked(String path, long from, long to, Headers headers) {}

    /** What a test does to a request before the endpoint would answer it. */
    @FunctionalInterface
    public interface Twist {
        /** @return true if it has answered */
        boolean apply(Asked request, HttpExchange exchange) throws Exception;
    }

    public TestEndpoint() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/", this::handle);
        http.start();
    }

    public String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/data";
    }

    /** @param path as it stands in the URL, without {@code /data/} */
    public TestEndpoint file(String path, byte[] content) {
        files.put("/data/" + path, content);
        return this;
    }

    public TestEndpoint header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Neither ETag nor Last-Modified. */
    public TestEndpoint withoutValidator() {
        headers.remove("ETag");
        return this;
    }

    public TestEndpoint withoutRanges() {
        ranges = false;
        return this;
    }

    public TestEndpoint withoutLengths() {
        lengths = false;
        return this;
    }

    public TestEndpoint twist(Twist wanted) {
        twist = wanted;
        return this;
    }

    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    public static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        boolean bodyless = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, bodyless ? -1 : body.length);
        if (!bodyless) {
            exchange.getResponseBody().write(body);
        }
    }

    /** Answers a range rightly but breaks off after {@code length} bytes of it. */
    public static void breakOff(Asked request, HttpExchange exchange, byte[] content, int length) throws IOException {
        long to = Math.min(request.to(), content.length - 1);
        exchange.getResponseHeaders().putIfAbsent("ETag", List.of(VALIDATOR));
        exchange.getResponseHeaders().set("Content-Range", "bytes " + request.from() + '-' + to + '/' + content.length);
        exchange.sendResponseHeaders(206, to - request.from() + 1);
        exchange.getResponseBody().write(content, (int) request.from(), length);
        exchange.getResponseBody().flush();
        exchange.close();
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) {
        Matcher range =
                RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
        boolean ranged = range.matches();
        Asked request = new Asked(
                exchange.getRequestURI().getRawPath(),
                ranged ? Long.parseLong(range.group(1)) : -1,
                ranged ? Long.parseLong(range.group(2)) : -1,
                exchange.getRequestHeaders());
        asked.add(request);
        try (exchange) {
            if (!twist.apply(request, exchange)) {
                answer(request, exchange);
            }
        } catch (Exception e) {
            return; // The client has gone, or the test is over.
        }
    }

    private void answer(Asked request, HttpExchange exchange) throws IOException {
        byte[] content = files.get(request.path());
        if (content == null) {
            answer(exchange, 404, "nothing here");
            return;
        }
        // What a twist has said already, stands.
        headers.forEach((name, value) -> exchange.getResponseHeaders().putIfAbsent(name, List.of(value)));
        if (!ranges || request.from() < 0) {
            send(exchange, 200, content, 0, content.length);
        } else if (request.from() >= content.length) {
            exchange.getResponseHeaders().set("Content-Range", "bytes */" + content.length);
            exchange.sendResponseHeaders(416, -1);
        } else {
            int from = (int) request.from();
            int to = (int) Math.min(request.to(), content.length - 1);
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + '-' + to + '/' + content.length);
            send(exchange, 206, content, from, to - from + 1);
        }
    }

    private void send(HttpExchange exchange, int status, byte[] content, int from, int length) throws IOException {
        exchange.sendResponseHeaders(status, !lengths ? 0 : length == 0 ? -1 : length);
        OutputStream body = exchange.getResponseBody();
        for (int at = 0; at < length; at += PIECE_BYTES) {
            body.write(content, from + at, Math.min(PIECE_BYTES, length - at));
        }
    }
}
