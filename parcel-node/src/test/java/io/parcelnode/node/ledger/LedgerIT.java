package io.parcelnode.node.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.ForkedNode;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The ledger of the one jar as people run it: processes that are killed, and what is left of them. */
@Timeout(180)
@EnabledIfSystemProperty(named = ForkedNode.JAR_PROPERTY, matches = ".+", disabledReason = "needs the packaged jar")
class LedgerIT {
    private static final Pattern READY = Pattern.compile(
            "^Server ready at 127\\.0\\.0\\.1:(\\d+)  fingerprint (sha256:[0-9a-f]{64})\\R", Pattern.MULTILINE);
    private static final String TOKEN = "s3cr3t-t0ken";
    private static final int FILES = 40;

    @TempDir
    Path folder;

    private Path state;
    private Path data;

    @Test
    void historyWorksWhileTheServerRunsAndAfterItWasKilled() throws Exception {
        prepare();
        try (ForkedNode server = serve()) {
            get(server);
            Await.until("it is on record", () -> count(history(), "complete") == FILES);
            requireEachOnce(history(), "complete");
            server.close(); // As kill -9 does.
            server.exitCode();
            requireEachOnce(history(), "complete");
            assertEquals("", server.err());
        }
        requireNoToken();
    }

    /** No database, no server: the records are on the disk, and the next server brings them to the database once. */
    @Test
    void aServerThatIsKilledWhileTheDatabaseIsAwayLosesNothing() throws Exception {
        prepare();
        String away = "jdbc:postgresql://127.0.0.1:1/ledger";
        try (ForkedNode server = serve("--database", away)) {
            get(server);
            Await.until("the end of each request is on the disk", () -> endsOnDisk() == FILES);
            server.close();
            server.exitCode();
            assertTrue(server.out().contains("Records wait on the disk"), server::all);
            assertFalse(server.all().contains(TOKEN), server::all);
        }
        requireNoToken();
        String url = TestPostgres.newDatabase();
        String[] asked = {"--database", url};
        try (ForkedNode server = serve("--database", url)) {
            Await.until("they are in the database", () -> history(asked).size() == FILES);
            assertTrue(server.out().contains("records of the ledger are left from before"), server::all);
            get(server);
            Await.until("so is what comes", () -> count(history(asked), "complete") == 2 * FILES);
            server.terminate();
            assertEquals(0, server.exitCode(), server::all);
            assertEquals("", server.err());
        }
        List<JsonNode> rows = history(asked);
        assertEquals(2 * FILES, rows.size());
        requireEachOnce(rows.subList(0, FILES), "complete");
        requireEachOnce(rows.subList(FILES, 2 * FILES), "complete");
        assertEquals(List.of(), spoolFiles(), "a server that ends as it should leaves nothing to the next");
        requireNoToken();
    }

    private void prepare() throws Exception {
        state = folder.resolve("state");
        data = Files.createDirectories(folder.resolve("data"));
        for (int i = 0; i < FILES; i++) {
            Files.write(data.resolve("file-" + i), TestBytes.random(1_000 + i, i));
        }
    }

    private ForkedNode serve(String... flags) throws Exception {
        List<String> all = new ArrayList<>(List.of("serve", "-v", "-i", "127.0.0.1", "-p", "0"));
        all.addAll(List.of("--data-dir", "" + data, "--state-dir", "" + state));
        all.addAll(List.of(flags));
        return new ForkedNode(folder.resolve("server"), all.toArray(String[]::new));
    }

    /** Everything, into a fresh folder. */
    private void get(ForkedNode server) throws Exception {
        Await.until(
                "the server is ready or over",
                () -> !server.isRunning() || READY.matcher(server.out()).find());
        Matcher ready = READY.matcher(server.out());
        assertTrue(ready.find(), server::all);
        List<String> all = new ArrayList<>(List.of("get", "-i", "127.0.0.1", "-p", ready.group(1)));
        all.addAll(List.of("--server-fingerprint", ready.group(2), "-T", TOKEN, "-x"));
        all.addAll(List.of("-d", "" + Files.createTempDirectory(folder, "target")));
        for (int i = 0; i < FILES; i++) {
            all.add("file-" + i);
        }
        ForkedNode client = ForkedNode.connected(folder.resolve("client"), List.of(), all.toArray(String[]::new));
        assertEquals(0, client.exitCode(), () -> client.all() + server.all());
    }

    private List<JsonNode> history(String... flags) throws Exception {
        List<String> all = new ArrayList<>(List.of("history", "--json", "--limit", "0", "--state-dir", "" + state));
        all.addAll(List.of(flags));
        try (ForkedNode history = new ForkedNode(folder.resolve("history"), all.toArray(String[]::new))) {
            // There may be no table yet.
            int exitCode = history.exitCode();
            assertTrue(exitCode == 0 || flags.length > 0 && exitCode == 3, history::all);
            List<JsonNode> rows = new ArrayList<>();
            for (String line : history.out().lines().toList()) {
                rows.add(new ObjectMapper().readTree(line));
            }
            return rows;
        }
    }

    private static long count(List<JsonNode> rows, String result) {
        return rows.stream()
                .filter(row -> row.get("result").asText().equals(result))
                .count();
    }

    private static void requireEachOnce(List<JsonNode> rows, String result) {
        Set<String> files = new HashSet<>();
        for (JsonNode row : rows) {
            assertTrue(files.add(row.get("file").asText()), row::toString);
            assertEquals(result, row.get("result").asText(), row::toString);
        }
        assertEquals(FILES, files.size());
    }

    private long endsOnDisk() throws Exception {
        long records = 0;
        for (Path file : spoolFiles()) {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            records += Pattern.compile("\"result\":\"complete\"")
                    .matcher(text)
                    .results()
                    .count();
        }
        return records;
    }

    private List<Path> spoolFiles() throws Exception {
        try (Stream<Path> files = Files.walk(state)) {
            return files.filter(path -> path.toString().endsWith(".spool")).toList();
        }
    }

    private void requireNoToken() throws Exception {
        int searched = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(Files.readString(file, StandardCharsets.ISO_8859_1).contains(TOKEN), file::toString);
                searched++;
            }
        }
        assertTrue(searched > FILES);
    }
}
