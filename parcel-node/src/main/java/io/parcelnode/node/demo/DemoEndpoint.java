package io.parcelnode.node.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A REST endpoint on loopback that holds one generated file; its bytes follow from the seed and their position. */
final class DemoEndpoint implements Closeable {
    static final String FILE_ID = "demo-file";

    private static final int BLOCK_BYTES = 1 << 16;
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{1,18})");

    private final long sizeBytes;
    private final long seed;
    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    DemoEndpoint(long sizeBytes, long seed) throws IOException {
        this.sizeBytes = sizeBytes;
        this.seed = seed;
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/", this::answer);
        http.start();
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/";
    }

    /** Digest of the whole file, computed without any network. */
    String sha256Hex() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (long at = 0; at < sizeBytes; at += BLOCK_BYTES) {
                digest.update(block(at / BLOCK_BYTES), 0, (int) Math.min(BLOCK_BYTES, sizeBytes - at));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing from this Java runtime", e);
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Matcher range =
                    RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
            if (!exchange.getRequestURI().getPath().equals("/" + FILE_ID) || !range.matches()) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            long from = Long.parseLong(range.group(1));
            long to = Math.min(Long.parseLong(range.group(2)), sizeBytes - 1);
            exchange.getResponseHeaders().set("ETag", "\"demo-" + seed + '"');
            if (from > to) {
                exchange.getResponseHeaders().set("Content-Range", "bytes */" + sizeBytes);
                exchange.sendResponseHeaders(416, -1);
                return;
            }
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + '-' + to + '/' + sizeBytes);
            exchange.sendResponseHeaders(206, to - from + 1);
            write(from, to + 1, exchange.getResponseBody());
        }
    }

    private void write(long from, long end, OutputStream out) throws IOException {
        long at = from;
        while (at < end) {
            int inBlock = (int) (at % BLOCK_BYTES);
            int length = (int) Math.min(BLOCK_BYTES - inBlock, end - at);
            out.write(block(at / BLOCK_BYTES), inBlock, length);
            at += length;
        }
    }

    private byte[] block(long index) {
        byte[] bytes = new byte[BLOCK_BYTES];
        new SplittableRandom(seed + index).nextBytes(bytes);
        return bytes;
    }
}
