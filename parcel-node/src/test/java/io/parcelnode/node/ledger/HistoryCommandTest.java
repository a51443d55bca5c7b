package io.parcelnode.node.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.parcelnode.node.serve.LiveThings;
import io.parcelnode.node.source.EndpointOptions;
import io.parcelnode.node.source.RestSource;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import io.parcelnode.node.testing.TestPostgres;
import io.parcelnode.node.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What somebody downloads from a server is what {@code history} tells. */
@Timeout(120)
class HistoryCommandTest {
    private static final String TOKEN = IdentitiesTest.jwt("{\"sub\":\"ann\"}");
    private static final byte[] CONTENT = TestBytes.random(300_000, 1);

    @TempDir
    Path state;

    @TempDir
    Path client;

    private Path folder;
    private Instant start;

    @BeforeEach
    void remember() {
        folder = LedgerOptions.folder(state);
        start = Instant.now();
    }

    @Test
    void tellsOfATransferWhileTheServerRunsAndAfterwards() throws Exception {
        try (Ledger ledger = open(EmbeddedDatabase.in(folder))) {
            download(ledger);
            requireHistory(history());
        }
        requireHistory(history());
    }

    @Test
    void asksPostgresql() throws Exception {
        String url = TestPostgres.newDatabase();
        try (Ledger ledger = open(PostgresDatabase.of(url, null))) {
            download(ledger);
            requireHistory(history("--database", url));
            requireHistory(history()); // The server's socket answers for any database.
        }
        requireHistory(history("--database", url));
    }

    @Test
    void filtersAndLimits() throws Exception {
        try (Ledger ledger = open(EmbeddedDatabase.in(folder))) {
            download(ledger);
            assertEquals(List.of("x"), files(history("--file", "x")));
            assertEquals(List.of("absent"), files(history("--limit", "1")));
            assertEquals(List.of("x"), files(history("--client", "ann")));
            assertEquals(List.of("absent", "x"), files(history("--client", "127.0.0.*", "--since", "1h")));
            assertEquals(List.of(), files(history("--until", "1h")));
            assertEquals(List.of(), files(history("--since", "2999-01-01")));
            assertEquals(List.of("absent"), files(history("--result", "refused", "--node", "node-1")));
        }
    }

    @Test
    void printsATableForPeople() throws Exception {
        try (Ledger ledger = open(EmbeddedDatabase.in(folder))) {
            CommandRun empty = CommandRun.run(client, "history", "--state-dir", state.toString());
            assertEquals("Nothing that matches is in the ledger.\n", empty.out(), empty::all);
            download(ledger);
        }
        CommandRun run = CommandRun.run(client, "history", "--state-dir", state.toString());

        assertEquals(0, run.exitCode(), run::all);
        List<String> lines = run.out().lines().toList();
        assertEquals(3, lines.size(), run::all);
        assertTrue(lines.get(0).matches("START +RESULT +BYTES +SECONDS +RATE +RTT +LOSS +CLIENT +WHO +FILE"), run::all);
        assertTrue(
                lines.get(1)
                        .matches(
                                "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d  refused +0 B .* 127.0.0.1 +token:[0-9a-f]{12} +absent"),
                run::all);
        assertTrue(
                lines.get(2).matches(".*  complete +293.0 KiB .* [kM]bit/s .* ms +\\d+\\.\\d{3}% +127.0.0.1 +ann +x"),
                run::all);
    }

    @Test
    void tellsOfRecordsThatWait() throws Exception {
        MoodyDatabase database = new MoodyDatabase(EmbeddedDatabase.in(folder), false);
        try (Ledger ledger = open(database)) {
            Await.until("it is ready", () -> Files.exists(QuerySocket.in(folder)));
            database.away(true);
            Await.until("it is away", () -> {
                ledger.events().onSessionEnded(LiveThings.session(start), null);
                return ledger.health().databaseAway();
            });
            CommandRun run = history();
            assertEquals(3, run.exitCode(), run::all);
            assertTrue(run.err().contains("away, as the test wants it"), run::all);
        }
        CommandRun afterwards = history();
        assertEquals(0, afterwards.exitCode(), afterwards::all);
        assertTrue(afterwards.err().contains("records of the server's last run wait"), afterwards::all);
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        requireUsage("no ledger in " + folder, history());
        requireUsage("--since 'soon' is no time", history("--since", "soon"));
        requireUsage("--until '2026-13-01' is no time", history("--until", "2026-13-01"));
        requireUsage("--limit -1 is below 0", history("--limit", "-1"));
        requireUsage("--result done is none of", history("--result", "done"));
        requireUsage("--database-password-file needs --database", history("--database-password-file", "x"));
        requireUsage("jdbc:postgresql://HOST", history("--database", "jdbc:oracle:x"));
        CommandRun unreachable = history("--database", "jdbc:postgresql://127.0.0.1:1/ledger");
        assertEquals(3, unreachable.exitCode(), unreachable::all);
        assertTrue(unreachable.err().contains("jdbc:postgresql://127.0.0.1:1/ledger"), unreachable::all);
    }

    private static void requireUsage(String text, CommandRun run) {
        assertEquals(2, run.exitCode(), run::all);
        assertTrue(run.err().contains(text), run::all);
    }

    private Ledger open(Database database) throws IOException {
        TokenKey key = new TokenKey(new byte[32]);
        return Ledger.open(new Ledger.Settings(
                folder,
                database,
                "node-1",
                new Identities(key, "sub"),
                null,
                key.id(),
                Duration.ofDays(400),
                64 << 20,
                Clock.systemUTC()));
    }

    /** One file with a token that names its bearer, and one that is not there with another. */
    private void download(Ledger ledger) throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                RestSource source = new RestSource(new EndpointOptions(
                        HttpUrl.get(endpoint.url()), "X-Auth-Token", 4, 1 << 16, 16 << 20, null, false));
                TestServer server = new TestServer(source, ledger.events())) {
            assertEquals(0, get(server, "x", TOKEN).exitCode());
            assertEquals(8, get(server, "absent", "opaque").exitCode());
        }
        Await.until(
                "it is on record",
                () -> ledger.health().waitingRecords() == 0
                        && ledger.query().transfers(LedgerFilter.ALL).size() == 2);
    }

    private CommandRun get(TestServer server, String id, String token) {
        return CommandRun.run(
                client,
                "get",
                "-i",
                "127.0.0.1",
                "-p",
                String.valueOf(server.port()),
                "--server-fingerprint",
                server.fingerprint(),
                "-d",
                client.resolve("target").toString(),
                "-T",
                token,
                id);
    }

    private CommandRun history(String... flags) {
        List<String> all = new ArrayList<>(List.of("history", "--state-dir", state.toString(), "--json"));
        all.addAll(List.of(flags));
        return CommandRun.run(client, all.toArray(String[]::new));
    }

    private static List<String> files(CommandRun run) {
        return run.events().stream().map(event -> event.get("file").asText()).toList();
    }

    private void requireHistory(CommandRun run) throws Exception {
        assertEquals(0, run.exitCode(), run::all);
        assertEquals("", run.err());
        assertFalse(run.out().contains(TOKEN), run::all);
        assertEquals(2, run.events().size(), run::all);
        JsonNode absent = run.events().get(0);
        assertEquals("absent", absent.get("file").asText());
        assertEquals("refused", absent.get("result").asText());
        assertTrue(absent.get("reason").asText().startsWith("NOT_FOUND: no such file"), run::all);
        assertEquals("token", absent.get("who_kind").asText());
        JsonNode served = run.events().get(1);
        assertEquals("x", served.get("file").asText());
        assertEquals("127.0.0.1", served.get("client").asText());
        assertEquals("ann", served.get("who").asText());
        assertEquals("claim", served.get("who_kind").asText());
        assertEquals("node-1", served.get("node").asText());
        assertEquals("complete", served.get("result").asText());
        assertEquals(CONTENT.length, served.get("bytes").asLong());
        assertEquals(CONTENT.length, served.get("size").asLong());
        assertEquals(0, served.get("from_byte").asLong());
        assertEquals(
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(CONTENT)),
                served.get("sha256").asText());
        Instant began = Instant.parse(served.get("start").asText());
        Instant ended = Instant.parse(served.get("end").asText());
        assertTrue(!began.isBefore(start.minusMillis(1)) && !ended.isBefore(began) && !ended.isAfter(Instant.now()));
        assertTrue(served.get("seconds").asDouble() > 0, run::all);
        assertTrue(served.get("mbit_per_s").asDouble() > 0, run::all);
        assertTrue(served.get("rtt_ms").asDouble() > 0, run::all);
        assertTrue(served.get("loss").asDouble() >= 0, run::all);
    }
}
