package io.parcelnode.node.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.parcelnode.node.cli.MemoryPlan;
import io.parcelnode.node.cli.TransportOptions;
import io.parcelnode.node.serve.ParcelServer;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.GatedFiles;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServerIdentity;
import io.parcelnode.proto.ServerOptions;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AdminPortTest {
    private static final int SIZE = 3_000_000;

    @TempDir
    Path folder;

    private final MemoryFiles files = new MemoryFiles(TestBytes.random(SIZE, 1), "v1");

    @Test
    void aServerThatWorksIsLiveAndReady() throws Exception {
        try (AdminFixture fixture = new AdminFixture(files, AdminFixture.present())) {
            assertEquals("live", fixture.json("/healthz").get("status").asText());
            JsonNode ready = fixture.awaitReadiness("ready");
            for (String name : new String[] {"loop", "udp", "endpoint"}) {
                JsonNode check = check(ready, name);
                assertEquals("ok", check.get("state").asText(), check::toString);
                assertTrue(check.get("age_s").asDouble() < 60, check::toString);
            }
        }
    }

    @Test
    void anEndpointThatIsNotReachedMakesItUnreadyAndNotDead() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        AtomicReference<String> fault = new AtomicReference<>("connection refused");
        try (AdminFixture fixture = new AdminFixture(files, AdminFixture.probe(() -> {
            asked.incrementAndGet();
            throw new IOException(fault.get());
        }))) {
            for (int i = 0; i < 20; i++) {
                try (Response response = fixture.ask("/readyz")) {
                    assertEquals(503, response.code());
                }
            }
            JsonNode check = check(fixture.json("/readyz"), "endpoint");
            assertEquals("failed", check.get("state").asText());
            assertEquals("connection refused", check.get("detail").asText());
            assertTrue(asked.get() < 20, "asking often does not ask the endpoint often: " + asked);
            try (Response response = fixture.ask("/healthz")) {
                assertEquals(200, response.code());
            }
        }
    }

    @Test
    void whatFilesCanDoWithoutDegradesItAndWhatTheyCannotMakesItUnready() throws Exception {
        AtomicReference<String> fault = new AtomicReference<>();
        Callable<String> look = () -> {
            if (fault.get() != null) {
                throw new IOException(fault.get());
            }
            return "fine";
        };
        for (boolean isVital : new boolean[] {false, true}) {
            fault.set(null);
            try (AdminFixture fixture =
                    new AdminFixture(files, AdminFixture.present(), port -> port.check("further", isVital, look))) {
                fixture.awaitReadiness("ready");
                fault.set("away");
                String expected = isVital ? "unready" : "degraded";
                fixture.awaitReadiness(expected);
                try (Response response = fixture.ask("/readyz")) {
                    assertEquals(isVital ? 503 : 200, response.code());
                    assertTrue(response.body().string().contains("away"));
                }
            }
        }
    }

    @Test
    void aDatabaseThatIsAwayDegradesTheServerAndRaisesItsAlarm() throws Exception {
        FakeLedger ledger = new FakeLedger();
        try (AdminFixture fixture =
                new AdminFixture(files, AdminFixture.present(), port -> port.watch(ledger, List::of))) {
            fixture.awaitReadiness("ready");
            assertEquals(0, fixture.metric("parcel_ledger_database_away"));
            ledger.trouble = "the database is not reached";
            JsonNode check = check(fixture.awaitReadiness("degraded"), "ledger");
            assertEquals("degraded", check.get("state").asText());
            assertEquals("the database is not reached", check.get("detail").asText());
            assertEquals(1, fixture.metric("parcel_ledger_database_away"));
            assertEquals(7, fixture.metric("parcel_ledger_waiting_records"));
            try (Response response = fixture.ask("/readyz")) {
                assertEquals(200, response.code());
            }
        }
    }

    @Test
    void showsWhatWasBeforeTheServerStarted() throws Exception {
        RecentFile earlier =
                new RecentFile(1_000, 2_000, "earlier", "10.0.0.9", 10, 10, RecentFile.COMPLETE, null, 0, null);
        try (AdminFixture fixture = new AdminFixture(
                files, AdminFixture.present(), port -> port.watch(new FakeLedger(), () -> List.of(earlier)))) {
            Await.until("it is there", () -> matching(fixture, "") == 1);
            assertEquals(
                    "earlier", fixture.json("/api/history").at("/files/0/file").asText());
        }
    }

    /** Its address needs a restart, so a setting that goes with another address must not open it. */
    @Test
    void aPortThatOthersCanReachKeepsItsToken() throws Exception {
        MemoryPlan memory = MemoryPlan.ofThisJvm();
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        AdminToken token = new AdminToken("0123456789abcdef-token");
        try (AdminPort port = AdminPort.bind(new InetSocketAddress("0.0.0.0", 0), token, new EndpointFigures());
                ParcelServer server = ParcelServer.start(
                        loopback,
                        new TransportOptions().forServer(),
                        memory,
                        ServerIdentity.selfSigned(new SecureRandom()),
                        files,
                        ServerOptions.DEFAULT)) {
            port.start(server, memory, AdminFixture.present());
            port.token(null);
            URL url = new URL("http://127.0.0.1:" + port.address().getPort() + "/healthz");
            assertEquals(401, ((HttpURLConnection) url.openConnection()).getResponseCode());
        }
    }

    @Test
    void aCommandIsForProgramsOfThisMachine() throws Exception {
        AtomicInteger done = new AtomicInteger();
        try (AdminFixture fixture = new AdminFixture(
                files, AdminFixture.present(), port -> port.command("/do", () -> "done " + done.incrementAndGet()))) {
            try (Response response = fixture.ask("/do")) {
                assertEquals(405, response.code());
            }
            assertEquals("done 1\n", fixture.post("/do", null));
            assertTrue(fixture.post("/do", "https://evil.example").contains("no web page"));
            assertEquals(1, done.get());
        }
    }

    /** The UDP port is closed under it, as nothing but a fault would do. */
    @Test
    void aServerWhosePortDoesNotAnswerIsUnready() throws Exception {
        try (AdminFixture fixture = new AdminFixture(files, AdminFixture.present())) {
            fixture.server.close();
            JsonNode ready = fixture.json("/readyz");
            assertEquals("unready", ready.get("status").asText(), ready::toString);
            assertEquals("failed", check(ready, "loop").get("state").asText(), ready::toString);
            assertEquals("failed", check(ready, "udp").get("state").asText(), ready::toString);
        }
    }

    @Test
    void showsAFileOnItsWayAndThenInTheHistory() throws Exception {
        GatedFiles gated = new GatedFiles(files, SIZE / 2);
        try (AdminFixture fixture = new AdminFixture(gated, AdminFixture.present())) {
            CompletableFuture<CommandRun> run = fixture.get(folder, "folder/the-file");
            Await.until(
                    "the file is half way",
                    () -> fixture.json("/api/live").at("/files/0/served").asLong() == SIZE / 2);
            JsonNode live = fixture.json("/api/live");
            JsonNode file = live.at("/files/0");
            assertEquals("folder/the-file", file.get("file").asText());
            assertEquals("127.0.0.1", file.get("client").asText());
            assertEquals(SIZE, file.get("size").asLong());
            assertEquals(1, live.get("files_open").asInt());
            assertEquals(1, live.get("clients_connected").asInt());
            assertEquals("127.0.0.1", live.at("/clients/0/client").asText());
            assertEquals(1, fixture.metric("parcel_transfers_open"));
            assertEquals(0, fixture.json("/api/history").get("matching").asInt());

            gated.open();
            assertEquals(0, run.get().exitCode(), () -> run.join().all());
            Await.until(
                    "it is history",
                    () -> fixture.json("/api/history").get("matching").asInt() == 1);
            JsonNode entry = fixture.json("/api/history").at("/files/0");
            assertEquals("folder/the-file", entry.get("file").asText());
            assertEquals("complete", entry.get("result").asText());
            assertEquals(SIZE, entry.get("served").asLong());
            Await.until(
                    "the page shows no client any more",
                    () -> fixture.json("/api/live").get("clients_connected").asInt() == 0);
            assertTrue(fixture.json("/api/live").at("/server/delivered").asLong() > SIZE);
            assertTrue(fixture.json("/api/moments").get("moments").size() >= 1);
        }
    }

    @Test
    void historyIsFilteredByFileClientAndResult() throws Exception {
        try (AdminFixture fixture = new AdminFixture(
                request -> {
                    if (request.fileId().startsWith("no")) {
                        throw new RequestFailedException(FailureKind.NOT_FOUND, 404, "no such file: <b>it</b>");
                    }
                    return files.open(request);
                },
                AdminFixture.present())) {
            CommandRun run = fixture.get(folder, "one", "TWO", "no-such").get();
            assertEquals(8, run.exitCode(), run::all);
            Await.until("all are history", () -> matching(fixture, "") >= 3);
            assertEquals(1, matching(fixture, "file=two"));
            assertEquals(2, matching(fixture, "result=complete"));
            assertEquals(matching(fixture, ""), matching(fixture, "client=127."));
            assertEquals(0, matching(fixture, "client=10."));
            JsonNode refused = fixture.json("/api/history?result=refused").at("/files/0");
            assertEquals(
                    "not_found: no such file: <b>it</b>", refused.get("reason").asText());
            assertEquals(1, fixture.json("/api/history?count=1").get("files").size());
            for (String bad : new String[] {"count=0", "count=100000", "count=x", "file=" + "x".repeat(201)}) {
                try (Response response = fixture.ask("/api/history?" + bad)) {
                    assertEquals(400, response.code(), bad);
                }
            }
        }
    }

    /** Whatever a page's file is, it comes from here. */
    @Test
    void thePageNamesNothingFromElsewhere() throws Exception {
        try (AdminFixture fixture = new AdminFixture(files, AdminFixture.present())) {
            String html = fixture.text("/");
            assertTrue(html.contains("<title>"), html);
            assertFalse(html.matches("(?s).*(src|href)=\"(https?:)?//.*"), html);
            assertFalse(html.matches("(?si).*(<script>|<style|\\son[a-z]+=|\\sstyle=).*"), "nothing inline: " + html);
            for (String asset : html.replaceAll("(?s).*?(?:src|href)=\"(/[^\"]+)\"|.+", "$1 ")
                    .strip()
                    .split("\\s+")) {
                try (Response response = fixture.ask(asset)) {
                    assertEquals(200, response.code(), asset);
                }
            }
        }
    }

    private static int matching(AdminFixture fixture, String query) throws IOException {
        return fixture.json("/api/history?" + query).get("matching").asInt();
    }

    private static JsonNode check(JsonNode ready, String name) {
        for (JsonNode check : ready.get("checks")) {
            if (check.get("name").asText().equals(name)) {
                return check;
            }
        }
        throw new AssertionError("there is no check " + name + " in " + ready);
    }
}
