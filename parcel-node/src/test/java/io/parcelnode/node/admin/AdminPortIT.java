package io.parcelnode.node.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.ForkedNode;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
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
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The admin port of the one jar, as programs meet it: good ones and others. */
@Timeout(180)
@EnabledIfSystemProperty(named = ForkedNode.JAR_PROPERTY, matches = ".+", disabledReason = "needs the packaged jar")
class AdminPortIT {
    private static final Pattern PAGE = Pattern.compile("Admin page at http://[^ ]+:(\\d+)/");
    private static final Pattern READY = Pattern.compile("Server ready at [^ ]+:(\\d+)  fingerprint (\\S+)");
    private static final String ADMIN_TOKEN = "an-admin-token-0123456789";
    private static final String USER_TOKEN = "a-user-token-0123456789";

    @TempDir
    Path folder;

    private final OkHttpClient client = new OkHttpClient.Builder()
            .readTimeout(Duration.ofSeconds(60)) // A busy machine is not what is tested.
            .build();

    /** Many who send a letter now and then and never come to an end. */
    @Test
    void whoNeverFinishesARequestIsCutOffAndStopsNobody() throws Exception {
        try (ForkedNode server = serve("--data-dir", folder.toString())) {
            int port = adminPort(server);
            List<Socket> slow = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.getOutputStream()
                        .write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
                                .getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }
            assertEquals(
                    200,
                    status(port, "/healthz", null),
                    "one who asks is answered, at the latest when they are cut off");
            Await.until("all are cut off", () -> {
                slow.forEach(AdminPortIT::sendALetter);
                return slow.stream().filter(AdminPortIT::isCutOff).count() == 100;
            });
            for (Socket socket : slow) {
                socket.close();
            }
            assertEquals("", server.err());
        }
    }

    /** As many as there may be, from one address. */
    @Test
    void whoAsksNothingIsCutOffAndThePortIsFreeAgain() throws Exception {
        try (ForkedNode server = serve("--data-dir", folder.toString())) {
            int port = adminPort(server);
            List<Socket> silent = new ArrayList<>();
            for (int i = 0; i < HttpLimits.CONNECTIONS_MAX + 1; i++) {
                silent.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            Await.until(
                    "all are cut off",
                    () -> silent.stream().filter(AdminPortIT::isCutOff).count() == silent.size());
            assertEquals(200, status(port, "/healthz", null));
            for (Socket socket : silent) {
                socket.close();
            }
            assertEquals("", server.err());
        }
    }

    @Test
    void whatIsTooLargeIsRefused() throws Exception {
        try (ForkedNode server = serve("--data-dir", folder.toString())) {
            int port = adminPort(server);
            String[] requests = {
                "GET /" + "x".repeat(1 << 20) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX-Large: " + "x".repeat(1 << 20) + "\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\n" + "X-Many: 1\r\n".repeat(10_000) + "\r\n",
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000000\r\n\r\n" + "x".repeat(1 << 20),
                "\u0016\u0003\u0001 no HTTP at all\r\n\r\n",
            };
            for (String request : requests) {
                String answer = send(port, request);
                assertFalse(answer.startsWith("HTTP/1.1 200"), () -> request.substring(0, 40) + ": " + answer);
            }
            assertEquals(200, status(port, "/healthz", null));
            assertEquals("", server.err());
        }
    }

    @Test
    void neitherTokenIsEverPrinted() throws Exception {
        byte[] content = TestBytes.random(1_000_000, 1);
        Path tokenFile = Files.writeString(folder.resolve("admin-token"), ADMIN_TOKEN + "\n");
        try (TestEndpoint endpoint = new TestEndpoint().file("x", content);
                ForkedNode server = serve(
                        "-v", "-d", endpoint.url(), "--admin", "0.0.0.0:0", "--admin-token-file", "" + tokenFile)) {
            int port = adminPort(server);
            Matcher ready = READY.matcher(server.out());
            assertTrue(ready.find(), server::all);
            String[] get = {
                "get",
                "-v",
                "-i",
                "127.0.0.1",
                "-p",
                ready.group(1),
                "--server-fingerprint",
                ready.group(2),
                "-d",
                folder + "/target",
                "-T",
                USER_TOKEN,
                "x"
            };
            try (ForkedNode download = ForkedNode.connected(folder.resolve("client"), List.of(), get)) {
                assertEquals(0, download.exitCode(), download::all);
            }
            StringBuilder all = new StringBuilder();
            for (String path : new String[] {
                "/", "/healthz", "/readyz", "/metrics", "/api/live", "/api/moments", "/api/history", "/nowhere"
            }) {
                for (String token : new String[] {ADMIN_TOKEN, ADMIN_TOKEN + "-wrong", USER_TOKEN, null}) {
                    boolean right = ADMIN_TOKEN.equals(token);
                    int expected = !right ? 401 : path.equals("/nowhere") ? 404 : 200;
                    assertEquals(expected, status(port, path, token, all), path);
                }
            }
            server.terminate();
            assertEquals(0, server.exitCode(), server::all);
            all.append(server.all());
            for (String token : new String[] {ADMIN_TOKEN, USER_TOKEN}) {
                assertFalse(all.toString().contains(token), all::toString);
            }
            assertTrue(all.toString().contains("parcel_admin_denied_total"), "what was looked through is there");
            assertEquals("", server.err());
        }
    }

    @Test
    void whatWasServedBeforeARestartIsStillShown() throws Exception {
        Files.write(folder.resolve("kept"), TestBytes.random(5_000_000, 1));
        try (ForkedNode server = serve("--data-dir", folder.toString())) {
            adminPort(server);
            Matcher ready = READY.matcher(server.out());
            assertTrue(ready.find(), server::all);
            String[] get = {
                "get",
                "-i",
                "127.0.0.1",
                "-p",
                ready.group(1),
                "--server-fingerprint",
                ready.group(2),
                "-d",
                folder + "/target",
                "kept",
                "absent"
            };
            try (ForkedNode download = ForkedNode.connected(folder.resolve("client"), List.of(), get)) {
                assertEquals(8, download.exitCode(), download::all);
            }
            server.terminate();
            assertEquals(0, server.exitCode(), server::all);
        }
        try (ForkedNode server = serve("--data-dir", folder.toString())) {
            int port = adminPort(server);
            StringBuilder history = new StringBuilder();
            Await.until("the ledger was read", () -> {
                history.setLength(0);
                status(port, "/api/history", null, history);
                return history.indexOf("\"matching\":2") > 0;
            });
            assertTrue(history.indexOf("\"file\":\"kept\"") > 0, history::toString);
            assertTrue(history.indexOf("\"result\":\"complete\"") > 0, history::toString);
            StringBuilder ready = new StringBuilder();
            Await.until("it is ready", () -> {
                ready.setLength(0);
                return status(port, "/readyz", null, ready) == 200;
            });
            assertTrue(ready.indexOf("\"name\":\"ledger\",\"state\":\"ok\"") > 0, ready::toString);
            assertEquals("", server.err());
        }
    }

    @Test
    void twoServersOnOneMachineBothRun() throws Exception {
        try (ForkedNode first = serve("--data-dir", folder.toString())) {
            String taken = "127.0.0.1:" + adminPort(first);
            try (ForkedNode second = serve("--data-dir", folder.toString(), "--admin", taken)) {
                assertEquals(9, second.exitCode(), second::all);
                assertTrue(second.err().contains(taken + " (TCP)"), second::all);
            }
            try (ForkedNode third = serve("--data-dir", folder.toString(), "--admin", "off")) {
                Await.until("it is ready", () -> READY.matcher(third.out()).find() || !third.isRunning());
                assertTrue(third.isRunning(), third::all);
                assertFalse(PAGE.matcher(third.out()).find(), third::all);
            }
        }
    }

    private ForkedNode serve(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("serve", "-i", "127.0.0.1", "-p", "0"));
        all.addAll(Arrays.asList(arguments));
        if (!all.contains("--admin")) {
            all.addAll(List.of("--admin", "127.0.0.1:0"));
        }
        return new ForkedNode(folder.resolve("state"), all.toArray(String[]::new));
    }

    private static int adminPort(ForkedNode server) throws Exception {
        Await.until(
                "the server is ready or over",
                () -> !server.isRunning() || READY.matcher(server.out()).find());
        Matcher page = PAGE.matcher(server.out());
        assertTrue(page.find(), server::all);
        return Integer.parseInt(page.group(1));
    }

    private int status(int port, String path, String token) throws IOException {
        return status(port, path, token, new StringBuilder());
    }

    private int status(int port, String path, String token, StringBuilder seen) throws IOException {
        Request.Builder request = new Request.Builder().url("http://127.0.0.1:" + port + path);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try (Response response = client.newCall(request.build()).execute()) {
            seen.append(response.headers()).append(response.body().string());
            return response.code();
        }
    }

    private static String send(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            try {
                out.write(request.getBytes(StandardCharsets.ISO_8859_1));
                return new String(in.readNBytes(100), StandardCharsets.ISO_8859_1);
            } catch (SocketException e) {
                return "cut off"; // In the middle of what was too large.
            }
        }
    }

    private static void sendALetter(Socket socket) {
        try {
            socket.getOutputStream().write('x');
        } catch (IOException e) {
            return; // Cut off, as it should be.
        }
    }

    private static boolean isCutOff(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
