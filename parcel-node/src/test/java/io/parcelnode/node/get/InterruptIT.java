package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.ForkedNode;
import io.parcelnode.node.testing.GatedFiles;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Row D1 for people who press Ctrl-C and for systems that send SIGTERM: the run ends with a verdict, and loses nothing. */
@Timeout(240)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no signals")
@EnabledIfSystemProperty(named = ForkedNode.JAR_PROPERTY, matches = ".+", disabledReason = "needs the packaged jar")
class InterruptIT {
    private static final byte[] CONTENT = TestBytes.random(3 * PieceMap.PIECE_BYTES, 1);
    /** Not a whole piece of any stream: what a kill would lose. */
    private static final int GATE_BYTES = 1_000_000;

    @TempDir
    Path folder;

    @Test
    void whatHasComeIsKeptAndWhatIsMissingIsTold() throws Exception {
        GatedFiles files = new GatedFiles(new MemoryFiles(CONTENT, "v"), GATE_BYTES);
        try (GetFixture fixture = new GetFixture(folder, files)) {
            Path failed = folder.resolve("failed");
            String[] get = {
                "get",
                "--json",
                "x",
                "-i",
                "127.0.0.1",
                "-p",
                String.valueOf(fixture.server.port()),
                "-d",
                fixture.target.toString(),
                "--server-fingerprint",
                fixture.server.fingerprint(),
                "--failed",
                failed.toString()
            };
            try (ForkedNode client = new ForkedNode(fixture.home, get)) {
                Await.until("some has come", () -> client.out().contains("\"received\":" + GATE_BYTES));
                client.terminate();

                assertEquals(128 + 15, client.exitCode(), client::all);
                List<String> lines = client.out().lines().toList();
                JsonNode done = new ObjectMapper().readTree(lines.get(lines.size() - 2));
                assertEquals("file-done", done.path("event").asText(), client::all);
                assertEquals(130, done.path("code").asInt(), client::all);
                JsonNode summary = new ObjectMapper().readTree(lines.get(lines.size() - 1));
                assertEquals("summary", summary.path("event").asText(), client::all);
                assertTrue(Files.readString(failed).contains("\nx\t"), client::all);
            }
            files.open();
            CommandRun again = fixture.get("-m", failed.toString());

            assertEquals(0, again.exitCode(), again::all);
            assertEquals(
                    CONTENT.length - GATE_BYTES,
                    again.summary().path("fetched").asLong(),
                    "only what was missing: " + again.all());
        }
    }
}
