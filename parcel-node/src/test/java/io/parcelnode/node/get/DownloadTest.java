package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.parcelnode.node.source.FolderSource;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From the endpoint to the disk over a good network: what arrives, what is said, which exit code. */
@Timeout(240)
class DownloadTest {
    private static final byte[] CONTENT = TestBytes.random(3_000_017, 1);

    @TempDir
    Path folder;

    @Test
    void downloadsFromAnEndpointAndSaysSo() throws Exception {
        try (TestEndpoint endpoint =
                        new TestEndpoint().file("data.bam", CONTENT).header("ETag", "\"1\"");
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            CommandRun run = fixture.get("data.bam");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("data.bam"));
            assertEquals(List.of("data.bam"), fixture.left());
            assertSummary(run, 1, 0);
            assertEquals(CONTENT.length, run.summary().path("bytes").asLong());
            assertEquals(CONTENT.length, run.summary().path("fetched").asLong());
            assertEquals(1, run.events("connected").size(), run::all);
            assertEquals(
                    CONTENT.length,
                    run.events("file-started").get(0).path("bytes").asLong());
            JsonNode done = run.events("file-done").get(0);
            assertEquals("data.bam", done.path("id").asText());
            assertEquals(
                    fixture.target.resolve("data.bam").toAbsolutePath().toString(),
                    done.path("path").asText());
            assertEquals(CONTENT.length, done.path("bytes").asLong());
            assertEquals(CONTENT.length, done.path("fetched").asLong());
            assertEquals(TestBytes.sha256Hex(CONTENT), done.path("sha256").asText());
            assertEquals("ok", done.path("status").asText());
            assertEquals(0, done.path("code").asInt(-1));
            assertTrue(done.path("reason").isNull());
            assertTrue(done.path("seconds").asDouble(-1) >= 0);
            assertTrue(done.path("mbit_per_s").asDouble(-1) >= 0);
        }
    }

    @Test
    void downloadsFromAFolderWithItsSubFolders() throws Exception {
        Path served = Files.createDirectories(folder.resolve("served/a/b"));
        Files.write(served.resolve("x"), CONTENT);
        Files.createFile(served.resolve("empty"));
        try (GetFixture fixture = new GetFixture(folder, new FolderSource(folder.resolve("served")))) {
            CommandRun run = fixture.get("a/b/x", "a/b/empty");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("a/b/x"));
            assertEquals(0, fixture.read("a/b/empty").length);
            assertSummary(run, 2, 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, true", "false, false", "true, false"})
    void downloadsWhateverTheEndpointTells(boolean ranges, boolean lengths) throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            if (!ranges) {
                endpoint.withoutRanges();
            }
            if (!lengths) {
                endpoint.withoutLengths();
            }
            CommandRun run = fixture.get("x");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertEquals(
                    CONTENT.length, run.events("file-done").get(0).path("bytes").asLong());
        }
    }

    /** However fast the machine is: no byte more than the limit allows can have come. */
    @Test
    void aLimitIsKeptToByTheServer() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "1"))) {
            CommandRun run = fixture.get("x", "--limit", "24Mbit");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            double seconds = run.events("file-done").get(0).path("seconds").asDouble();
            assertTrue(seconds >= CONTENT.length * 8 / 24e6 * 0.99, run::all);
        }
    }

    @Test
    void speaksToPeopleAsTheOriginalDid() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            CommandRun run = fixture.plainGet("x", "--server-fingerprint", fixture.server.fingerprint());

            assertEquals(0, run.exitCode(), run::all);
            List<String> said = run.out()
                    .lines()
                    .filter(line -> !line.contains("[  server]")) // It runs in this process as well.
                    .filter(line -> !line.contains("Bottleneck")) // Told of runs that take longer than this should.
                    .map(line -> line.replaceFirst("^\\[[-0-9 :,]{23}]\\[  client]\\[   INFO] ", ""))
                    .toList();
            assertEquals(
                    List.of(
                            "Connecting to server at 127.0.0.1:" + fixture.server.port(),
                            "Requesting 4 encryption threads",
                            "Waiting for response...",
                            "Encryption threads granted. Server will provide up to 4 threads.",
                            "Found file id: x",
                            "-".repeat(40),
                            "Starting download   : x",
                            "-".repeat(40),
                            "File name           : x",
                            "Download size       : " + CONTENT.length,
                            "Downloading file to : "
                                    + fixture.target.resolve("x").toAbsolutePath()),
                    said.subList(0, 11),
                    run::all);
        }
    }

    @Test
    void anUnknownIdFailsAloneAndLeavesNothingBehind() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            CommandRun alone = fixture.get("sub/absent");
            assertEquals(8, alone.exitCode(), alone::all);
            assertEquals(List.of(), fixture.left());
            assertSummary(alone, 0, 1);
            JsonNode done = alone.events("file-done").get(0);
            assertEquals("failed", done.path("status").asText());
            assertEquals(8, done.path("code").asInt());
            assertTrue(done.path("reason").asText().contains("no such file"), alone::all);

            CommandRun both = fixture.get("sub/absent", "x");
            assertEquals(8, both.exitCode(), both::all);
            assertEquals(List.of("x"), fixture.left());
            assertSummary(both, 1, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/../../x", "/etc/passwd", "a\\b", "a\nb", "%2e%2e/x", "a//b"})
    void badIdsAreNotFoundWithoutAskingAnybody(String id) throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            CommandRun run = fixture.get(id);

            assertEquals(8, run.exitCode(), run::all);
            assertEquals(0, fixture.server.requests());
            assertEquals(List.of(), run.events("connected"));
            assertEquals(List.of(), fixture.left());
            assertSummary(run, 0, 1);
        }
    }

    @Test
    void failuresOfDifferentKindsEndWithOne() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint();
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            endpoint.twist((asked, exchange) -> {
                TestEndpoint.answer(exchange, asked.path().endsWith("secret") ? 403 : 404, "no");
                return true;
            });

            assertEquals(1, fixture.get("secret", "absent").exitCode());
        }
    }

    @Test
    void theTokenDecidesAndIsNeverPrinted() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            endpoint.twist((asked, exchange) -> {
                String token = asked.headers().getFirst("X-Auth-Token");
                if ("s3cr3t-right".equals(token)) {
                    return false;
                }
                TestEndpoint.answer(exchange, token == null ? 401 : 403, "Your access ended in May");
                return true;
            });
            Path file = Files.writeString(folder.resolve("token"), "s3cr3t-wrong\n");

            for (String[] flags : new String[][] {{"x", "-v"}, {"x", "-v", "-t", file.toString()}}) {
                CommandRun run = fixture.get(flags);
                assertEquals(5, run.exitCode(), run::all);
                String reason = run.events("file-done").get(0).path("reason").asText();
                assertTrue(reason.contains("Your access ended in May"), reason);
                assertFalse(run.all().contains("s3cr3t"), run::all);
                assertEquals(List.of(), fixture.left());
            }
            CommandRun run = fixture.get("x", "-v", "-T", "s3cr3t-right");
            assertEquals(0, run.exitCode(), run::all);
            assertFalse(run.all().contains("s3cr3t"), run::all);
        }
    }

    @Test
    void theLongestTokenArrivesWhole() throws Exception {
        String token = "t".repeat(16 * 1_024);
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            CommandRun run = fixture.get("x", "-T", token);

            assertEquals(0, run.exitCode(), run::all);
            assertEquals(token, endpoint.asked().get(0).headers().getFirst("X-Auth-Token"));
        }
    }

    @Test
    void oneServerErrorIsRepaired() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            AtomicBoolean failed = new AtomicBoolean();
            endpoint.twist((asked, exchange) -> {
                if (asked.from() > 1_000_000 && failed.compareAndSet(false, true)) {
                    TestEndpoint.answer(exchange, 500, "oops");
                    return true;
                }
                return false;
            });
            CommandRun run = fixture.get("x");

            assertEquals(0, run.exitCode(), run::all);
            assertTrue(failed.get());
            assertArrayEquals(CONTENT, fixture.read("x"));
        }
    }

    @Test
    void aServerErrorThatStaysIsTheEndpointsFault() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            endpoint.twist((asked, exchange) -> {
                if (asked.from() > 1_000_000) {
                    TestEndpoint.answer(exchange, 500, "disk array lost");
                    return true;
                }
                return false;
            });
            CommandRun run = fixture.get("x");

            assertEquals(10, run.exitCode(), run::all);
            assertFalse(fixture.left().contains("x"));
            String reason = run.events("file-done").get(0).path("reason").asText();
            assertTrue(reason.contains("500: disk array lost"), reason);
        }
    }

    @Test
    void anEndpointThatIsDownIsNamed() throws Exception {
        TestEndpoint endpoint = new TestEndpoint();
        endpoint.close();
        try (GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            CommandRun run = fixture.get("x");

            assertEquals(10, run.exitCode(), run::all);
            assertTrue(run.events("file-done").get(0).path("reason").asText().contains("endpoint"), run::all);
            assertEquals(List.of(), fixture.left());
        }
    }

    @ParameterizedTest
    @CsvSource({"Repr-Digest, SHA-256", "x-goog-hash, MD5"})
    void contentThatIsNotWhatWasPromisedIsNotKept(String header, String algorithm) throws Exception {
        String base64 = Base64.getEncoder().encodeToString(TestBytes.digest(algorithm, new byte[] {1}));
        String value = algorithm.equals("MD5") ? "md5=" + base64 : "sha-256=:" + base64 + ':';
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT).header(header, value);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            CommandRun run = fixture.get("x");

            assertEquals(6, run.exitCode(), run::all);
            assertEquals(List.of(), fixture.left());
            String reason = run.events("file-done").get(0).path("reason").asText();
            assertTrue(reason.contains(algorithm), reason);
        }
    }

    @Test
    void contentThatIsWhatWasPromisedIsKept() throws Exception {
        String base64 = Base64.getEncoder().encodeToString(TestBytes.digest("MD5", CONTENT));
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT).header("x-goog-hash", "md5=" + base64);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            assertEquals(0, fixture.get("x").exitCode());
            assertArrayEquals(CONTENT, fixture.read("x"));
        }
    }

    /** Some load balancers ask machines that make up validators of their own. */
    @Test
    void aFileThatNeverStaysTheSameIsGivenUp() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            endpoint.twist((asked, exchange) -> {
                exchange.getResponseHeaders()
                        .set("ETag", "\"" + endpoint.asked().size() + '"');
                return false;
            });
            CommandRun run = fixture.get("x");

            assertEquals(10, run.exitCode(), run::all);
            assertFalse(fixture.left().contains("x"));
        }
    }

    @Test
    void downloadsManySmallFilesOfAManifest() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint();
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            List<String> lines = new ArrayList<>(List.of("id\tfilename\tmd5\tsize"));
            for (int i = 0; i < 300; i++) {
                endpoint.file("small/" + i, TestBytes.random(i * 7, i));
                lines.add("small/" + i + "\tx\t\t" + i * 7);
            }
            Path manifest = Files.write(folder.resolve("manifest.tsv"), lines);

            CommandRun run = fixture.get("-m", manifest.toString(), "small/0");

            assertEquals(0, run.exitCode(), run::all);
            assertSummary(run, 300, 0);
            assertEquals(300, run.events("file-done").size());
            for (int i = 0; i < 300; i++) {
                assertArrayEquals(TestBytes.random(i * 7, i), fixture.read("small/" + i));
            }
            assertEquals(300, fixture.left().size());
        }
    }

    static void assertSummary(CommandRun run, int ok, int failed) {
        JsonNode summary = run.summary();
        assertEquals("summary", summary.path("event").asText(), run::all);
        assertEquals(ok + failed, summary.path("files").asInt(), run::all);
        assertEquals(ok, summary.path("ok").asInt(), run::all);
        assertEquals(failed, summary.path("failed").asInt(), run::all);
    }
}
