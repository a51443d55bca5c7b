package io.parcelnode.node.serve;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.ForkedNode;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** {@code serve --config} in a process of its own, on free ports of loopback, with a folder of files. */
final class ServeProcess implements Closeable {
    private static final Pattern READY =
            Pattern.compile("Server ready at 127\\.0\\.0\\.1:(\\d+)  fingerprint (sha256:[0-9a-f]{64})");
    private static final Pattern PAGE = Pattern.compile("Admin page at http://127\\.0\\.0\\.1:(\\d+)/");

    private static final int CONNECTS_MAX = 5;

    final ForkedNode node;
    final int port;
    final int adminPort;
    final String fingerprint;
    private final Path folder;
    private final Path config;
    private final OkHttpClient client = new OkHttpClient.Builder()
            .readTimeout(Duration.ofSeconds(60)) // A busy machine is not what is tested.
            .build();

    /** An answer of the admin port. */
    record Answer(int status, String body) {}

    /** @param settings lines of the configuration file */
    ServeProcess(Path folder, List<String> settings, String... flags) throws Exception {
        this.folder = folder;
        config = folder.resolve("serve.properties");
        write(settings);
        Files.createDirectories(folder.resolve("files"));
        List<String> all =
                new ArrayList<>(List.of("serve", "--config", config.toString(), "-i", "127.0.0.1", "-p", "0"));
        all.addAll(List.of(
                "--admin", "127.0.0.1:0", "--data-dir", folder.resolve("files").toString()));
        all.addAll(Arrays.asList(flags));
        node = new ForkedNode(folder.resolve("state"), all.toArray(String[]::new));
        Await.until(
                "the server is ready or over",
                () -> !node.isRunning() || READY.matcher(node.out()).find());
        Matcher ready = READY.matcher(node.out());
        Matcher page = PAGE.matcher(node.out());
        assertTrue(ready.find() && page.find(), node::all);
        port = Integer.parseInt(ready.group(1));
        fingerprint = ready.group(2);
        adminPort = Integer.parseInt(page.group(1));
    }

    void write(List<String> settings) throws IOException {
        Files.write(config, settings);
    }

    /** A file of zeros, which takes no room. */
    void file(String name, long bytes) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("files").resolve(name).toFile(), "rw")) {
            file.setLength(bytes);
        }
    }

    /** SIGHUP, and waits for the log to say so. */
    void hangUp(String logLine) throws Exception {
        node.signal("HUP");
        awaitLog(logLine);
    }

    void awaitLog(String text) throws Exception {
        Await.until(text, () -> node.out().contains(text) || !node.isRunning());
        assertTrue(node.out().contains(text), node::all);
    }

    ForkedNode get(String id) throws IOException {
        return new ForkedNode(folder.resolve("client"), arguments(id, fingerprint));
    }

    /** Once some of it has come; whom a busy machine has kept from shaking hands in time comes again. */
    ForkedNode begin(String id) throws Exception {
        for (int attempt = 1; ; attempt++) {
            ForkedNode download = get(id);
            Await.until(
                    "some has come or it is over",
                    () -> !download.isRunning() || download.out().contains("\"event\":\"progress\""));
            if (download.isRunning() || attempt == CONNECTS_MAX) {
                assertTrue(download.isRunning(), download::all);
                return download;
            }
        }
    }

    /** When it has ended. */
    ForkedNode got(String id, String pinned) throws Exception {
        return ForkedNode.connected(folder.resolve("client"), List.of(), arguments(id, pinned));
    }

    private String[] arguments(String id, String pinned) {
        return new String[] {
            "get",
            "--json",
            "-i",
            "127.0.0.1",
            "-p",
            String.valueOf(port),
            "-d",
            folder.resolve("target").toString(),
            "--transport",
            "udt", // A download that a limit slows down would try TCP beside it.
            "--server-fingerprint",
            pinned,
            id
        };
    }

    /** @param token null for none */
    Answer ask(String path, String token) throws IOException {
        return send(new Request.Builder().url(url(path)), token);
    }

    Answer post(String path) throws IOException {
        return send(new Request.Builder().url(url(path)).post(RequestBody.create(new byte[0])), null);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + adminPort + path;
    }

    private Answer send(Request.Builder request, String token) throws IOException {
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try (Response response = client.newCall(request.build()).execute()) {
            return new Answer(response.code(), response.body().string());
        }
    }

    @Override
    public void close() {
        node.close();
        client.connectionPool().evictAll();
    }
}
