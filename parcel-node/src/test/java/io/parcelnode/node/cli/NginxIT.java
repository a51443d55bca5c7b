package io.parcelnode.node.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.ForkedNode;
import io.parcelnode.node.testing.TestBytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A real web server behind {@code serve}, real processes on both sides. */
@Timeout(180)
@EnabledIfSystemProperty(named = ForkedNode.JAR_PROPERTY, matches = ".+", disabledReason = "needs the packaged jar")
class NginxIT {
    private static final Pattern READY =
            Pattern.compile("Server ready at 127\\.0\\.0\\.1:(\\d+)  fingerprint (\\S{71})");

    @TempDir
    Path folder;

    private Process nginx;
    private int httpPort;

    @BeforeEach
    void startNginx() throws Exception {
        Path program = Stream.of("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(program != null, "nginx is not installed (Debian: apt-get install nginx-light)");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            httpPort = free.getLocalPort();
        }
        // Its workers may run as another user.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path files = Files.createDirectories(folder.resolve("www/deep"));
        Files.write(files.resolveSibling("large"), TestBytes.random(40 << 20, 1));
        Files.write(files.resolveSibling("empty"), new byte[0]);
        Files.write(files.resolve("name with ü.txt"), TestBytes.random(10_000, 2));
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(configuration, """
                daemon off;
                worker_processes 1;
                pid %1$s/nginx.pid;
                error_log %1$s/error.log;
                events { worker_connections 64; }
                http {
                    access_log off;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                    server { listen 127.0.0.1:%2$d; root %1$s/www; }
                }
                """.formatted(folder, httpPort));
        nginx = new ProcessBuilder(
                        program.toString(),
                        "-e",
                        folder.resolve("error.log").toString(),
                        "-c",
                        configuration.toString(),
                        "-p",
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.out").toFile())
                .start();
        Await.until("nginx listens", this::isListening);
    }

    @AfterEach
    void stopNginx() throws InterruptedException {
        if (nginx != null) {
            nginx.destroy();
            nginx.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void filesOfAWebServerArriveEqual() throws Exception {
        try (ForkedNode server = new ForkedNode(
                folder.resolve("server"),
                "serve",
                "-i",
                "127.0.0.1",
                "-p",
                "0",
                "--range-size",
                "1M",
                "-d",
                "http://127.0.0.1:" + httpPort + "/")) {
            Await.until(
                    "the server is ready",
                    () -> !server.isRunning() || READY.matcher(server.out()).find());
            Matcher ready = READY.matcher(server.out());
            assertTrue(ready.find(), server::all);
            List<String> ids = List.of("large", "empty", "deep/name with ü.txt");
            Path target = folder.resolve("target");
            try (ForkedNode client = ForkedNode.connected(
                    folder.resolve("client"),
                    List.of(),
                    "get",
                    "--json",
                    "-i",
                    "127.0.0.1",
                    "-p",
                    ready.group(1),
                    "--server-fingerprint",
                    ready.group(2),
                    "-d",
                    target.toString(),
                    ids.get(0),
                    ids.get(1),
                    ids.get(2))) {
                assertEquals(0, client.exitCode(), client::all);
                List<String> lines = client.out().lines().toList();
                JsonNode last = new ObjectMapper().readTree(lines.get(lines.size() - 1));
                assertEquals("summary", last.get("event").asText());
                assertEquals(3, last.get("ok").asInt(), client::all);
                assertEquals("", client.err());
            }
            for (String id : ids) {
                assertArrayEquals(
                        Files.readAllBytes(folder.resolve("www").resolve(id)),
                        Files.readAllBytes(target.resolve(id)),
                        id);
            }
        }
    }

    private boolean isListening() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), httpPort)) {
            return socket.isConnected();
        } catch (IOException e) {
            if (!nginx.isAlive()) {
                throw new IllegalStateException("nginx ended; see " + folder.resolve("nginx.out"), e);
            }
            return false;
        }
    }
}
