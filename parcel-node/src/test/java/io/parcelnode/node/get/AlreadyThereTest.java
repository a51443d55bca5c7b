package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rows D12, D15, D16 and D21: what is finished costs nothing the next time, and only what is finished counts so. */
@Timeout(240)
class AlreadyThereTest {
    private static final byte[] CONTENT = TestBytes.random(100_000, 1);
    private static final String MD5 = HexFormat.of().formatHex(TestBytes.digest("MD5", CONTENT));

    @TempDir
    Path folder;

    @Test
    void aFinishedFileIsRecognisedWithoutReadingOrFetchingIt() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            assertEquals(0, fixture.get("x").exitCode());
            // Damage that leaves size and time as they were shows that the file is not read.
            Path file = fixture.target.resolve("x");
            FileTime changed = Files.getLastModifiedTime(file);
            Files.write(file, new byte[CONTENT.length]);
            Files.setLastModifiedTime(file, changed);

            CommandRun run = fixture.get("x");
            assertAlready(run);
            assertTrue(
                    endpoint.asked().get(endpoint.asked().size() - 1).to() == 0, "the endpoint is asked for one byte");

            CommandRun rechecked = fixture.get("x", "--recheck");
            assertEquals("ok", done(rechecked).path("status").asText(), rechecked::all);
            assertTrue(rechecked.err().contains("x is not what it was when it was finished"), rechecked::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertAlready(fixture.get("x", "--recheck"));
        }
    }

    @Test
    void aManifestWithItsDigestSavesEvenTheQuestion() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            String manifest = manifest("id\tmd5\tsize\nx\t" + MD5 + "\t" + CONTENT.length + "\n");
            assertEquals(0, fixture.get("-m", manifest).exitCode());
            int asked = fixture.server.requests();

            CommandRun run = fixture.get("-m", manifest);
            assertAlready(run);
            assertEquals(asked, fixture.server.requests());
            assertEquals(List.of(), run.events("connected"));
        }
    }

    /** That the endpoint's file is still the same does not make it what the manifest promises. */
    @Test
    void aFinishedFileThatIsNotTheManifestsIsNoSuccess() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            assertEquals(0, fixture.get("x").exitCode());
            String right = manifest("id\tmd5\nx\t" + MD5 + "\n");
            assertAlready(fixture.get("-m", right));

            CommandRun run = fixture.get("-m", manifest("id\tmd5\nx\t" + "0".repeat(32) + "\n"));
            assertEquals(6, run.exitCode(), run::all);
            assertTrue(done(run).path("reason").asText().contains("the manifest promises"), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"), "it stays until there is something better");
            assertEquals(List.of("x"), fixture.left());
        }
    }

    @Test
    void aFileThatChangedAtTheEndpointIsFetchedAgainAndThatIsSaid() throws Exception {
        byte[] changed = TestBytes.random(70_000, 2);
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            endpoint.header("Content-Disposition", "attachment; filename=named.bam");
            assertEquals(0, fixture.get("x").exitCode());
            endpoint.file("x", changed).header("ETag", "\"v1\"");

            CommandRun run = fixture.get("x");
            assertEquals(0, run.exitCode(), run::all);
            assertTrue(run.err().contains("x has changed at the endpoint"), run::all);
            assertArrayEquals(changed, fixture.read("named.bam"));
            assertEquals(List.of("named.bam"), fixture.left(), "the new one takes the old one's place");
        }
    }

    @Test
    void aFileThatIsGoneOrWasWrittenToIsFetchedAgain() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            assertEquals(0, fixture.get("x").exitCode());
            Files.writeString(fixture.target.resolve("x"), "mine");
            assertEquals("ok", done(fixture.get("x")).path("status").asText());
            assertArrayEquals(CONTENT, fixture.read("x"));

            Files.delete(fixture.target.resolve("x"));
            assertEquals("ok", done(fixture.get("x")).path("status").asText());
            assertArrayEquals(CONTENT, fixture.read("x"));
        }
    }

    /** Without any validator nobody can say that it is still the same. */
    @Test
    void aFileOfAnEndpointThatTellsNoValidatorIsFetchedAgain() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT).withoutValidator();
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            assertEquals(0, fixture.get("x").exitCode());
            CommandRun run = fixture.get("x");

            assertEquals("ok", done(run).path("status").asText());
            assertEquals(CONTENT.length, done(run).path("fetched").asLong());
        }
    }

    /** Downloaded with another tool, or the home folder is another one: a digest that somebody tells is enough. */
    @Test
    void aFileWithoutRecordIsComparedWithTheDigestThatIsKnown() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            Files.createDirectories(fixture.target);
            Files.write(fixture.target.resolve("x"), CONTENT);
            assertAlready(fixture.get("-m", manifest("id\tmd5\nx\t" + MD5 + "\n")));
        }
        byte[] older = new byte[CONTENT.length];
        String sha256 = Base64.getEncoder().encodeToString(TestBytes.digest("SHA-256", CONTENT));
        try (TestEndpoint endpoint = new TestEndpoint().file("y", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            endpoint.header("Repr-Digest", "sha-256=:" + sha256 + ":");
            Files.write(fixture.target.resolve("y"), older);
            CommandRun run = fixture.get("y");
            assertEquals("ok", done(run).path("status").asText(), run::all);
            assertArrayEquals(CONTENT, fixture.read("y"));
        }
    }

    /** A power cut in the middle of a line costs that line. */
    @Test
    void aDamagedRecordCountsAsNone() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT).file("y", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            assertEquals(0, fixture.get("x").exitCode());
            Path log;
            try (Stream<Path> logs = Files.list(fixture.home.resolve(".parcel-node/finished"))) {
                log = logs.findFirst().orElseThrow();
            }
            byte[] whole = Files.readAllBytes(log);
            Files.write(log, java.util.Arrays.copyOf(whole, whole.length - 10));
            assertEquals("ok", done(fixture.get("x")).path("status").asText());
            assertEquals("ok", done(fixture.get("y")).path("status").asText());
            assertAlready(fixture.get("x"));
            assertAlready(fixture.get("y"));
        }
    }

    private String manifest(String text) throws Exception {
        return Files.writeString(folder.resolve("manifest.tsv"), text).toString();
    }

    private static JsonNode done(CommandRun run) {
        return run.events("file-done").get(0);
    }

    private static void assertAlready(CommandRun run) {
        assertEquals(0, run.exitCode(), run::all);
        assertEquals("already", done(run).path("status").asText(), run::all);
        assertEquals(0, done(run).path("fetched").asLong(-1), run::all);
        assertEquals(CONTENT.length, done(run).path("bytes").asLong(), run::all);
        assertEquals(TestBytes.sha256Hex(CONTENT), done(run).path("sha256").asText(), run::all);
        DownloadTest.assertSummary(run, 1, 0);
    }
}
