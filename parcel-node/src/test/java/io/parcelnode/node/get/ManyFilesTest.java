package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.parcelnode.node.source.EndpointLimits;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import io.parcelnode.sim.relay.RelayConditions;
import io.parcelnode.sim.relay.UdpRelay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Manifests: in bulk, with files that fail, with the same content more than once. */
@Timeout(240)
class ManyFilesTest {
    private static final byte[] CONTENT = TestBytes.random(200_000, 1);

    @TempDir
    Path folder;

    /** Row C12: the round trip is paid once and not for each file. */
    @Test
    void smallFilesOverALongPathDoNotPayTheRoundTripEach() throws Exception {
        int files = 1_000;
        Duration rtt = Duration.ofMillis(600); // So long that the machine's own time hardly counts beside it.
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(TestBytes.random(10_000, 1), "v"));
                UdpRelay relay = UdpRelay.start(
                        fixture.server.address(), RelayConditions.NONE.withOneWayDelay(rtt.dividedBy(2)), 1)) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < files; i++) {
                ids.add("f" + i);
            }
            Path manifest = Files.write(folder.resolve("list"), ids);
            CommandRun run = fixture.get(
                    "-m",
                    manifest.toString(),
                    "-p",
                    String.valueOf(relay.address().getPort()));

            assertEquals(0, run.exitCode(), run::all);
            DownloadTest.assertSummary(run, files, 0);
            double seconds = run.summary().path("seconds").asDouble();
            assertTrue(seconds < files * rtt.toMillis() / 1e3 / 8, "1000 files took " + seconds + " s");
        }
    }

    /** Nothing is answered before as many are asked for at once as a client may. */
    @Test
    void smallFilesAreAskedForAtTheEndpointAheadOfTheThreadsThatServeThem() throws Exception {
        int atOnce = EndpointLimits.DEFAULT.requestsPerClient();
        try (TestEndpoint endpoint = new TestEndpoint();
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            CountDownLatch allWait = new CountDownLatch(atOnce);
            AtomicInteger waiting = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            endpoint.twist((asked, exchange) -> {
                most.accumulateAndGet(waiting.incrementAndGet(), Math::max);
                allWait.countDown();
                allWait.await();
                waiting.decrementAndGet();
                return false;
            });
            List<String> lines = new ArrayList<>(List.of("id\tsize"));
            for (int i = 0; i < atOnce + 100; i++) {
                lines.add("f" + i + "\t1000");
                endpoint.file("f" + i, TestBytes.random(1_000, i));
            }
            Path manifest = Files.write(folder.resolve("list"), lines);
            CommandRun run = fixture.get("-m", manifest.toString());

            assertEquals(0, run.exitCode(), run::all);
            DownloadTest.assertSummary(run, atOnce + 100, 0);
            assertEquals(atOnce, most.get(), "more than the limit were asked for");
            assertArrayEquals(TestBytes.random(1_000, 7), fixture.read("f7"));
        }
    }

    /** Rows D16 and D22: the rest is downloaded, each failure is named, and what failed can be fed back. */
    @Test
    void filesThatFailStopNobodyAndAreListedToBeTriedAgain() throws Exception {
        Path failed = folder.resolve("failed.tsv");
        try (TestEndpoint endpoint = new TestEndpoint().file("good", CONTENT).file("other", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            endpoint.twist((asked, exchange) -> {
                if (asked.path().endsWith("secret")) {
                    TestEndpoint.answer(exchange, 403, "not for you");
                    return true;
                }
                return false;
            });
            String wrongMd5 = "0".repeat(32);
            Path manifest = Files.writeString(
                    folder.resolve("m.tsv"),
                    "id\tfilename\tmd5\tsize\tstate\n" + "absent\ta\t\t\tlive\n" + "good\tg\t\t" + CONTENT.length
                            + "\tlive\n" + "secret\ts\t\t7\tlive\n" + "other\to\t" + wrongMd5 + "\t\tlive\n"
                            + "../x\tx\t\t\tlive\n" + "odd\to\tnot-a-digest\t\tlive\n");
            CommandRun run = fixture.get("-m", manifest.toString(), "--failed", failed.toString());

            assertEquals(1, run.exitCode(), run::all);
            DownloadTest.assertSummary(run, 1, 5);
            assertEquals(List.of("good"), fixture.left());
            assertEquals(8, code(run, "absent"));
            assertEquals(5, code(run, "secret"));
            assertEquals(6, code(run, "other"));
            assertEquals(8, code(run, "../x"));
            assertEquals(6, code(run, "odd"));
            assertEquals(
                    List.of(
                            "id\tfilename\tmd5\tsize\tstate",
                            "absent\ta\t\t\tlive",
                            "secret\ts\t\t7\tlive",
                            "other\to\t" + wrongMd5 + "\t\tlive",
                            "../x\tx\t\t\tlive",
                            "odd\to\tnot-a-digest\t\tlive"),
                    Files.readAllLines(failed));

            byte[] late = TestBytes.random(7, 2);
            endpoint.file("absent", late).file("secret", late).twist((asked, exchange) -> false);
            CommandRun again = fixture.get("-m", failed.toString(), "--failed", failed.toString());
            DownloadTest.assertSummary(again, 2, 3);
            assertArrayEquals(late, fixture.read("absent"));
            assertArrayEquals(late, fixture.read("secret"));
        }
    }

    @Test
    void aSizeThatIsNotTheManifestsIsFoundBeforeAnythingIsFetched() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            Path manifest = Files.writeString(folder.resolve("m"), "id\tsize\nx\t199999\n");
            CommandRun run = fixture.get("-m", manifest.toString());

            assertEquals(6, run.exitCode(), run::all);
            JsonNode done = run.events("file-done").get(0);
            assertEquals(
                    "the manifest promises 199999 bytes but the endpoint has 200000",
                    done.path("reason").asText());
            assertEquals(List.of(), fixture.left());
        }
    }

    /** Row D7: one user fetched a side file of 25 MB a hundred times. */
    @Test
    void equalContentIsFetchedOnce() throws Exception {
        String md5 = HexFormat.of().formatHex(TestBytes.digest("MD5", CONTENT));
        try (TestEndpoint endpoint = new TestEndpoint();
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            List<String> lines = new ArrayList<>(List.of("id\tfilename\tmd5\tsize"));
            for (int i = 0; i < 20; i++) {
                endpoint.file("sample-" + i + "/side", CONTENT);
                lines.add("sample-" + i + "/side\tside\t" + md5 + "\t" + CONTENT.length);
            }
            lines.add(lines.get(1));
            Path manifest = Files.write(folder.resolve("m"), lines);
            CommandRun run = fixture.get("-m", manifest.toString());

            assertEquals(0, run.exitCode(), run::all);
            DownloadTest.assertSummary(run, 20, 0);
            assertEquals(CONTENT.length, run.summary().path("fetched").asLong(), run::all);
            for (int i = 0; i < 20; i++) {
                assertArrayEquals(CONTENT, fixture.read("sample-" + i + "/side"));
            }
            assertEquals(20, fixture.left().size());
            assertEquals(
                    0,
                    fixture.get("-m", manifest.toString())
                            .summary()
                            .path("fetched")
                            .asLong(-1));
        }
    }

    /** A new release: all ids of that content are here, but not as they are wanted now. */
    @Test
    void equalContentThatHasChangedIsFetchedOnceAgain() throws Exception {
        byte[] changed = TestBytes.random(CONTENT.length, 2);
        try (TestEndpoint endpoint = new TestEndpoint().file("a", CONTENT).file("b", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            assertEquals(0, fixture.get("-m", twins(CONTENT)).exitCode());
            endpoint.file("a", changed).file("b", changed).header("ETag", "\"v1\"");
            CommandRun run = fixture.get("-m", twins(changed));

            assertEquals(0, run.exitCode(), run::all);
            assertEquals(CONTENT.length, run.summary().path("fetched").asLong(), run::all);
            assertArrayEquals(changed, fixture.read("a"));
            assertArrayEquals(changed, fixture.read("b"));
            assertTrue(run.err().contains("a is here, but not as the manifest promises it"), run::all);
        }
    }

    private String twins(byte[] content) throws Exception {
        String rest = '\t' + HexFormat.of().formatHex(TestBytes.digest("MD5", content)) + '\t' + content.length + '\n';
        return Files.writeString(folder.resolve("m"), "id\tmd5\tsize\na" + rest + 'b' + rest)
                .toString();
    }

    @Test
    void whenTheOneThatIsFetchedFailsTheNextOfItsContentIs() throws Exception {
        String md5 = HexFormat.of().formatHex(TestBytes.digest("MD5", CONTENT));
        try (TestEndpoint endpoint = new TestEndpoint().file("b", CONTENT).file("c", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            Path manifest =
                    Files.writeString(folder.resolve("m"), "id\tmd5\na\t" + md5 + "\nb\t" + md5 + "\nc\t" + md5 + "\n");
            CommandRun run = fixture.get("-m", manifest.toString());

            assertEquals(8, run.exitCode(), run::all);
            DownloadTest.assertSummary(run, 2, 1);
            assertEquals(List.of("b", "c"), fixture.left());
        }
    }

    @Test
    void noMoreLargeFilesThanJobsAreOnTheirWayAtOnce() throws Exception {
        int files = 5;
        byte[] large = TestBytes.random(PieceMap.PIECE_BYTES + 100_000, 3);
        try (TestEndpoint endpoint = new TestEndpoint();
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            ConcurrentHashMap<String, AtomicInteger> asked = new ConcurrentHashMap<>();
            List<String> arguments = new ArrayList<>(List.of("--jobs", "1"));
            for (int i = 0; i < files; i++) {
                endpoint.file("large" + i, large);
                arguments.add("large" + i);
            }
            endpoint.twist((request, exchange) -> {
                asked.computeIfAbsent(request.path(), path -> new AtomicInteger())
                        .incrementAndGet();
                return false;
            });
            CommandRun run = fixture.get(arguments.toArray(String[]::new));

            assertEquals(0, run.exitCode(), run::all);
            DownloadTest.assertSummary(run, files, 0);
            int started = 0;
            for (JsonNode event : run.events()) {
                started += event.path("event").asText().equals("file-started") ? 1 : 0;
                started -= event.path("event").asText().equals("file-done") ? 1 : 0;
                assertTrue(started <= 1, run::all);
            }
            assertEquals(files, asked.size());
        }
    }

    @Test
    void aDryRunSaysWhatItWouldDoAndDoesNothing() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT).file("y", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            assertEquals(0, fixture.get("y").exitCode());
            CommandRun run = fixture.get("--dry-run", "x", "y", "absent");

            assertEquals(8, run.exitCode(), run::all);
            JsonNode planned = run.events("file-planned").get(0);
            assertEquals("x", planned.path("id").asText());
            assertEquals(CONTENT.length, planned.path("bytes").asLong());
            assertEquals(0, planned.path("here").asLong(-1));
            assertEquals(1, run.events("file-planned").size());
            assertEquals("already", status(run, "y"));
            assertEquals("failed", status(run, "absent"));
            assertEquals(List.of("y"), fixture.left());
        }
    }

    /** Off a terminal a thousand files are not a thousand lines, but each failure is one. */
    @Test
    void tellsPeopleOfFailuresAndNotOfEachFile() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"))) {
            List<String> arguments = new ArrayList<>(List.of("--server-fingerprint", fixture.server.fingerprint()));
            for (int i = 0; i < 40; i++) {
                arguments.add("f" + i);
            }
            arguments.add("a//b");
            CommandRun run = fixture.plainGet(arguments.toArray(String[]::new));

            assertEquals(8, run.exitCode(), run::all);
            List<String> said = run.all()
                    .lines()
                    .filter(line -> line.contains("[  client]"))
                    .toList();
            assertTrue(said.size() < 20, run::all);
            assertTrue(said.stream().anyMatch(line -> line.contains("Not downloaded      : a//b: no such file")));
            assertTrue(said.get(said.size() - 1).contains("40 of 41 files verified"), run::all);
        }
    }

    /** A link that somebody put there must not carry what an id names out of the target. */
    @Test
    void aLinkInTheTargetDoesNotLeadOutOfIt() throws Exception {
        Path outside = Files.createDirectories(folder.resolve("outside"));
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"))) {
            Files.createDirectories(fixture.target.resolve("inside"));
            Files.createSymbolicLink(fixture.target.resolve("out"), outside);
            Files.createSymbolicLink(fixture.target.resolve("in"), fixture.target.resolve("inside"));
            CommandRun run = fixture.get("out/x", "out/deep/x", "in/x");

            assertEquals(7, run.exitCode(), run::all);
            DownloadTest.assertSummary(run, 1, 2);
            try (var left = Files.list(outside)) {
                assertEquals(0, left.count());
            }
            assertFalse(Files.exists(outside.resolve("deep")));
            assertArrayEquals(CONTENT, fixture.read("inside/x"));
        }
    }

    private static int code(CommandRun run, String id) {
        return done(run, id).path("code").asInt();
    }

    private static String status(CommandRun run, String id) {
        return done(run, id).path("status").asText();
    }

    private static JsonNode done(CommandRun run, String id) {
        return run.events("file-done").stream()
                .filter(event -> event.path("id").asText().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " is missing: " + run.all()));
    }
}
