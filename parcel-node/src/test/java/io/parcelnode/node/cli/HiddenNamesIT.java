package io.parcelnode.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.ForkedNode;
import io.parcelnode.node.testing.TestEndpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Row O5: names of files may say something about persons. */
@Timeout(300)
@EnabledIfSystemProperty(named = ForkedNode.JAR_PROPERTY, matches = ".+", disabledReason = "needs the packaged jar")
class HiddenNamesIT {
    private static final Pattern READY =
            Pattern.compile("Server ready at 127\\.0\\.0\\.1:(\\d+)  fingerprint (sha256:[0-9a-f]{64})");
    private static final Pattern ADMIN = Pattern.compile("Admin page at (http://127\\.0\\.0\\.1:\\d+/)");
    private static final String THERE = "cohort/doe-john-1961.bam";
    private static final String ABSENT = "cohort/roe-jane-1958.bam";

    @TempDir
    Path folder;

    @Test
    void theyAreInTheLedgerAlone() throws Exception {
        Path state = folder.resolve("state");
        Path log = folder.resolve("log");
        try (TestEndpoint endpoint = new TestEndpoint()
                .file(THERE, new byte[1_000])
                .twist((asked, exchange) -> {
                    if (asked.path().endsWith(THERE)) {
                        return false;
                    }
                    TestEndpoint.answer(exchange, 404, "no " + asked.path());
                    return true;
                })) {
            String[] flags = {
                "serve",
                "-d",
                endpoint.url(),
                "-i",
                "127.0.0.1",
                "-p",
                "0",
                "-v",
                "--log-format",
                "json",
                "--hide-names",
                "--admin",
                "127.0.0.1:0",
                "--state-dir",
                "" + state,
                "--log-file",
                "" + log
            };
            List<String> jvm = List.of("-D" + Logging.EVERYTHING + "=true");
            String shown;
            try (ForkedNode server = new ForkedNode(folder.resolve("server"), jvm, flags)) {
                get(server);
                shown = page(server);
                server.terminate();
                assertEquals(0, server.exitCode(), server::all);
                shown += server.all() + Files.readString(log);
            }
            // The page of the next one shows what the ledger remembers.
            try (ForkedNode server = new ForkedNode(folder.resolve("server"), flags)) {
                Await.until("it remembers", () -> page(server).contains("file:"));
                shown += page(server) + server.all();
            }
            for (String name : List.of("doe-john", "roe-jane", "cohort")) {
                int at = shown.indexOf(name);
                String around = at < 0 ? "" : shown.substring(Math.max(0, at - 300), at + 50);
                assertTrue(at < 0, () -> name + " in: " + around);
            }
            assertTrue(shown.contains("\"file\":\"file:"), shown);
        }
        try (ForkedNode history =
                new ForkedNode(folder.resolve("history"), "history", "--json", "--state-dir", "" + state)) {
            assertEquals(0, history.exitCode(), history::all);
            assertTrue(history.out().contains("\"file\":\"" + THERE + '"'), history::all);
            assertTrue(history.out().contains("\"file\":\"" + ABSENT + '"'), history::all);
        }
    }

    private void get(ForkedNode server) throws Exception {
        Await.until(
                "the server is ready or over",
                () -> !server.isRunning() || READY.matcher(server.out()).find());
        Matcher ready = READY.matcher(server.out());
        assertTrue(ready.find(), server::all);
        String[] all = {
            "get",
            THERE,
            ABSENT,
            "-i",
            "127.0.0.1",
            "-p",
            ready.group(1),
            "-d",
            "" + folder.resolve("target"),
            "--server-fingerprint",
            ready.group(2)
        };
        ForkedNode client = ForkedNode.connected(folder.resolve("client"), List.of(), all);
        assertEquals(ExitCode.NO_SUCH_FILE.number(), client.exitCode(), () -> client.all() + server.all());
    }

    /** All that the admin port shows. */
    private static String page(ForkedNode server) throws Exception {
        Await.until("the admin port is there", () -> ADMIN.matcher(server.out()).find());
        Matcher admin = ADMIN.matcher(server.out());
        assertTrue(admin.find(), server::all);
        StringBuilder all = new StringBuilder();
        for (String path : List.of("metrics", "readyz", "api/live", "api/moments", "api/history")) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(admin.group(1) + path)).build();
            all.append(HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body());
        }
        return all.toString();
    }
}
