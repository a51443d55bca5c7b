package io.parcelnode.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.ForkedNode;
import io.parcelnode.node.testing.GarbledEndpoint;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs servers and clients through what makes programs talk, at the most talkative level, and searches all that they
 * print, log and keep for every secret that was in play.
 */
@Timeout(600) // Of many processes on a machine that may be busy.
@EnabledIfSystemProperty(named = ForkedNode.JAR_PROPERTY, matches = ".+", disabledReason = "needs the packaged jar")
class NoSecretsIT {
    private static final Pattern READY =
            Pattern.compile("Server ready at 127\\.0\\.0\\.1:(\\d+)  fingerprint (sha256:[0-9a-f]{64})");
    private static final Pattern ADMIN = Pattern.compile("Admin page at (http://127\\.0\\.0\\.1:\\d+/)");
    private static final String HEADER = "X-Site-Pass";

    private static final String GOOD = "g00d \"t0k&n\" <of> a+person;%41/\\~";
    private static final String REFUSED = "r3fused-t0ken-of-a-person";
    private static final String FIRST = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJmaXJzdCJ9.f1rstSignature";
    private static final String SECOND = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzZWNvbmQifQ.s3condSignature";
    private static final String SIGNATURE = "51gnature0f1ink";
    private static final String CREDENTIAL = "AKIACR3DENTIAL/20261127/x/s3/aws4_request";
    private static final String SESSION_TOKEN = "S3curityT0kenOfLink";
    private static final String WHOAMI = "wh0ami-s3cret";
    private static final String DATABASE = "d4tabase-passw0rd";
    private static final String ADMIN_TOKEN = "4dmin-t0ken-of-the-page";
    private static final String WRONG_ADMIN = "wr0ng-4dmin-t0ken-of-the-page";

    private static final List<String> SECRETS = List.of(
            GOOD,
            REFUSED,
            FIRST,
            SECOND,
            SIGNATURE,
            CREDENTIAL,
            SESSION_TOKEN,
            WHOAMI,
            DATABASE,
            ADMIN_TOKEN,
            WRONG_ADMIN);

    @TempDir
    Path folder;

    /** Secrets must stand somewhere; not below what is searched. */
    @TempDir
    Path given;

    private TestEndpoint endpoint;
    private TestEndpoint store;
    private GarbledEndpoint garbled;
    private int runs;

    @BeforeEach
    void open() throws IOException {
        byte[] content = TestBytes.random(3_000, 1);
        store = new TestEndpoint().file("linked", content);
        endpoint = new TestEndpoint().file("right", content).file("renewed", content);
        garbled = new GarbledEndpoint(HEADER);
        endpoint.twist(this::answer);
        store.twist((asked, exchange) -> {
            String address = exchange.getRequestURI().toString();
            if (asked.path().contains("dead")) {
                TestEndpoint.answer(exchange, 403, "no, not with " + store.url() + address);
                return true;
            }
            return false;
        });
    }

    @AfterEach
    void close() throws IOException {
        endpoint.close();
        store.close();
        garbled.close();
    }

    @Test
    void noneIsInAnyOutputLogOrFile() throws Exception {
        Path adminToken = Files.writeString(given.resolve("admin"), ADMIN_TOKEN);
        Path password = Files.writeString(given.resolve("password"), DATABASE);
        for (String format : List.of("text", "json")) {
            List<String> flags =
                    new ArrayList<>(List.of("--admin", "127.0.0.1:0", "--admin-token-file", "" + adminToken));
            flags.addAll(List.of("--whoami-url", endpoint.url() + "/whoami?token=" + WHOAMI));
            if (format.equals("json")) {
                flags.addAll(List.of("--database", "jdbc:postgresql://127.0.0.1:1/ledger?user=ann"));
                flags.addAll(List.of("--database-password-file", "" + password));
            }
            try (ForkedNode server = serve(endpoint.url(), format, flags)) {
                askAdmin(server);
                get(server, 1, "-T", GOOD, "right", "linked", "dead", "echo", "no-such-file");
                get(server, 5, "-T", REFUSED, "--json", "right");
                get(server, 0, "--token-command", renewing(), "renewed", "renewed-twice");
                server.terminate();
                assertEquals(0, server.exitCode(), server::all);
                if (format.equals("json")) {
                    requireJson(server.out());
                }
                assertEquals("", server.err());
            }
        }
        try (ForkedNode server = serve(garbled.url(), "text", List.of())) {
            get(server, 10, "-T", GOOD, "garbled");
        }
        try (ForkedNode server = serve(garbled.url().replace("http:", "https:"), "json", List.of())) {
            get(server, 10, "-T", GOOD, "broken-tls");
        }
        mistype("get", "x", "--tokn=" + GOOD);
        mistype("get", "x", "-T", GOOD, "-p", "many");
        mistype("get", "x", "-T", GOOD, "-T", REFUSED);
        mistype("serve", "-d", "http://ann:" + REFUSED + "@127.0.0.1/");
        mistype("serve", "-d", "ftp://127.0.0.1/?sig=" + SIGNATURE);
        mistype("serve", "-d", "http://h/", "--database", "jdbc:postgresql://127.0.0.1/x?password=" + DATABASE);
        mistype("serve", "-d", "http://h/", "--database", "jdbc:mysql://ann:" + DATABASE + "@127.0.0.1/x");
        search();
    }

    /** What the endpoint does with whom. */
    private boolean answer(TestEndpoint.Asked asked, HttpExchange exchange) throws IOException {
        String token = String.valueOf(asked.headers().getFirst(HEADER));
        String file = asked.path().substring(asked.path().lastIndexOf('/') + 1);
        boolean known = List.of(GOOD, FIRST, SECOND).contains(token);
        boolean expired = file.equals("renewed-twice") && token.equals(FIRST);
        if (file.equals("linked") || file.equals("dead")) {
            exchange.getResponseHeaders().set("Location", signed(file));
            exchange.sendResponseHeaders(302, -1);
            return true;
        }
        if (file.equals("renewed-twice") && !expired) {
            byte[] content = TestBytes.random(1_000, 2);
            exchange.getResponseHeaders().set("ETag", "\"v\"");
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            return true;
        }
        if (!known || expired || file.equals("echo") || file.equals("whoami")) {
            exchange.getResponseHeaders().set("X-Refused", token.replaceAll("[^!-~]", ""));
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"" + token + "\"");
            TestEndpoint.answer(
                    exchange,
                    401,
                    "{\"error\":\"" + token.replace("\"", "\\\"") + " is not good, nor is " + token + "\"}");
            return true;
        }
        return false;
    }

    private String signed(String file) {
        return store.url() + '/' + file + "?X-Amz-Date=1&X-Amz-Credential=" + encoded(CREDENTIAL)
                + "&X-Amz-Security-Token=" + SESSION_TOKEN + "&X-Amz-Signature=" + SIGNATURE;
    }

    /** Another one each time, the last one again and again. */
    private String renewing() throws IOException {
        Path seen = given.resolve("seen-" + runs);
        Path first = Files.writeString(given.resolve("first"), FIRST);
        Path second = Files.writeString(given.resolve("second"), SECOND);
        return "if [ -e '" + seen + "' ]; then cat '" + second + "'; else touch '" + seen + "'; cat '" + first
                + "'; fi";
    }

    private ForkedNode serve(String url, String format, List<String> flags) throws Exception {
        List<String> all = new ArrayList<>(List.of("serve", "-d", url, "-v", "--log-format", format));
        all.addAll(List.of("-i", "127.0.0.1", "-p", "0", "--token-header", HEADER));
        all.addAll(List.of("--log-file", "" + folder.resolve("serve-" + ++runs + ".log")));
        all.addAll(flags);
        if (flags.isEmpty()) {
            all.addAll(List.of("--admin", "off"));
        }
        Path home = folder.resolve("server-" + runs);
        ForkedNode server = new ForkedNode(home, talkative(), all.toArray(String[]::new));
        Await.until(
                "the server is ready or over",
                () -> !server.isRunning() || READY.matcher(server.out()).find());
        return server;
    }

    /** Once in either format. */
    private void get(ForkedNode server, int exitCode, String... arguments) throws Exception {
        Matcher ready = READY.matcher(server.out());
        assertTrue(ready.find(), server::all);
        String format = runs % 2 == 0 ? "text" : "json";
        Path home = folder.resolve("client-" + ++runs);
        List<String> all = new ArrayList<>(List.of("get", "-i", "127.0.0.1", "-p", ready.group(1), "-v"));
        all.addAll(List.of("--trust-on-first-use", "--log-format", format, "--log-file", home + ".log"));
        all.addAll(List.of("-d", home + "-target"));
        all.addAll(List.of(arguments));
        ForkedNode client = ForkedNode.connected(home, talkative(), all.toArray(String[]::new));
        assertEquals(exitCode, client.exitCode(), () -> client.all() + server.all());
        if (format.equals("json") && !all.contains("--json")) {
            requireJson(client.out());
        }
    }

    private void mistype(String... arguments) throws IOException {
        CommandRun run = CommandRun.run(folder.resolve("home"), arguments);
        assertEquals(2, run.exitCode(), run::all);
        Files.writeString(folder.resolve("mistyped-" + ++runs), run.all());
    }

    private void askAdmin(ForkedNode server) throws Exception {
        Await.until("the admin port is there", () -> ADMIN.matcher(server.out()).find());
        Matcher admin = ADMIN.matcher(server.out());
        assertTrue(admin.find());
        String basic = Base64.getEncoder().encodeToString(("ann:" + WRONG_ADMIN).getBytes(StandardCharsets.UTF_8));
        requireStatus(200, admin.group(1), "Bearer " + ADMIN_TOKEN);
        requireStatus(401, admin.group(1), "Bearer " + WRONG_ADMIN);
        requireStatus(401, admin.group(1), "Basic " + basic);
        requireStatus(404, admin.group(1) + "?token=" + ADMIN_TOKEN + "/x", "Bearer " + ADMIN_TOKEN);
    }

    private void requireStatus(int status, String address, String authorization) throws Exception {
        String path = status == 404 ? "no/such" : "metrics";
        URI uri = URI.create(address.replaceAll("\\?.*", "") + path + address.replaceAll("^[^?]*", ""));
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", authorization)
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(status, response.statusCode());
        Files.writeString(folder.resolve("answer-" + ++runs), response.body());
    }

    private static List<String> talkative() {
        return List.of("-D" + Logging.EVERYTHING + "=true");
    }

    private static void requireJson(String lines) throws IOException {
        for (String line : lines.lines().toList()) {
            assertTrue(new ObjectMapper().readTree(line).has("message"), line);
        }
    }

    private void search() throws IOException {
        List<String> spellings = new ArrayList<>();
        for (String secret : SECRETS) {
            spellings.add(secret);
            spellings.add(encoded(secret));
            spellings.add(secret.replace("\\", "\\\\").replace("\"", "\\\""));
            spellings.add(secret.substring(0, Math.min(secret.length(), 12)));
            spellings.add(Base64.getEncoder().encodeToString(("ann:" + secret).getBytes(StandardCharsets.UTF_8)));
        }
        // The beginning of every JWT is the same, and no secret.
        spellings.removeIf("eyJhbGciOiJIUzI1NiJ9"::startsWith);
        List<String> found = new ArrayList<>();
        int masks = 0;
        int searched = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                for (String spelling : spellings) {
                    int at = text.indexOf(spelling);
                    if (at >= 0) {
                        String around = text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 100));
                        found.add(file.getFileName() + ": " + around);
                    }
                }
                masks += text.split("\\*\\*\\*", -1).length - 1;
                searched++;
            }
        }
        assertEquals(List.of(), found, () -> String.join("\n", found));
        assertTrue(searched > 40, "only " + searched + " files");
        assertTrue(masks > 20, "only " + masks + " masks");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
