package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.parcelnode.node.testing.HeldUpFiles;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.ServerTimes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a run has waited for is measured, and called by its name. */
@Timeout(240)
class BottleneckTest {
    private static final long SECOND_NS = 1_000_000_000;
    private static final byte[] LARGE = TestBytes.random(12_000_000, 1);
    private static final byte[] SMALL = TestBytes.random(400_000, 2);

    @TempDir
    Path folder;

    // The verdict alone.

    private static Bottleneck verdict(long networkS, long diskS, long workS, ServerTimes server) {
        FileTimes files = new FileTimes();
        files.add((networkS + diskS + workS) * SECOND_NS, networkS * SECOND_NS, diskS * SECOND_NS, 1);
        return Bottleneck.of(files, 10 * SECOND_NS, server, 0.3, 0.3);
    }

    private static ServerTimes server(long sendingS, long workingS, long sourceS, long creditS) {
        return new ServerTimes(sendingS * 1_000_000, workingS * 1_000_000, sourceS * 1_000_000, creditS * 1_000_000);
    }

    @Test
    void theLargestShareIsTheBottleneck() {
        assertEquals("network", verdict(9, 0, 1, server(9, 0, 0, 0)).verdict());
        assertEquals("endpoint", verdict(9, 0, 1, server(1, 0, 8, 0)).verdict());
        assertEquals("disk", verdict(2, 7, 1, server(0, 0, 8, 2)).verdict());
        assertEquals("cpu", verdict(2, 2, 6, server(2, 0, 0, 8)).verdict());
        assertEquals("cpu", verdict(9, 0, 1, server(1, 8, 0, 0)).verdict(), "of the server");
    }

    @Test
    void aServerThatIdlesHasSentWhatWasAskedForSoThatThePathsLengthIsWhatCounts() {
        assertEquals("network", verdict(9, 0, 1, server(0, 0, 1, 0)).verdict());
    }

    @Test
    void aServerThatDoesNotTellLeavesTwo() {
        assertEquals("network-or-endpoint", verdict(9, 0, 1, null).verdict());
        assertEquals("disk", verdict(1, 9, 0, null).verdict());
    }

    @Test
    void busyProcessorsAreTheBottleneckWhateverElseWaits() {
        FileTimes files = new FileTimes();
        files.add(10 * SECOND_NS, 9 * SECOND_NS, 0, 1);
        ServerTimes server = server(9, 0, 0, 0);

        assertEquals(
                "cpu", Bottleneck.of(files, 10 * SECOND_NS, server, 0.85, 0).verdict());
        assertEquals(
                "cpu", Bottleneck.of(files, 10 * SECOND_NS, server, 0.1, 0.9).verdict());
        assertEquals(
                "network",
                Bottleneck.of(files, 10 * SECOND_NS, server, 0.84, 0.89).verdict());
    }

    @Test
    void nothingTransferredIsNothingToSay() {
        assertNull(Bottleneck.of(new FileTimes(), SECOND_NS, null, 1, 1));
        assertNull(new TransferMeter().bottleneck(System.nanoTime()));
    }

    @Test
    void streamsOfOneFileCountTogetherAsOne() {
        FileTimes files = new FileTimes();
        for (int i = 0; i < 4; i++) {
            files.add(8 * SECOND_NS, 4 * SECOND_NS, SECOND_NS, 4);
        }

        assertEquals(
                List.of(4L, 1L, 3L),
                List.of(files.networkNs() / SECOND_NS, files.diskNs() / SECOND_NS, files.workNs() / SECOND_NS));
    }

    @Test
    void peopleReadWhatItRestsOn() {
        assertEquals(
                "endpoint (network 10%, endpoint 80%, disk 0%, cpu 10% of the time; processors 30% busy)",
                verdict(9, 0, 1, server(1, 0, 8, 0)).toString());
        assertEquals(
                "network or endpoint (the server does not tell which: 90%, disk 0%, cpu 10% of the time; processors 30% busy)",
                verdict(9, 0, 1, null).toString());
    }

    // Real runs. Each waits on purpose for some seconds at one place, and hardly anywhere else.

    @Test
    void aSlowEndpoint() throws Exception {
        // 200 reads of 64 KiB over four streams.
        assertBottleneck("endpoint", "off", HeldUpFiles.slow(new MemoryFiles(LARGE, "v"), 60), Disk.LOCAL);
        assertBottleneck("endpoint", "off", HeldUpFiles.slow(new MemoryFiles(SMALL, "v"), 400), Disk.LOCAL);
    }

    @Test
    void aSlowPath() throws Exception {
        assertBottleneck("network", "30Mbit", new MemoryFiles(LARGE, "v"), Disk.LOCAL);
        assertBottleneck("network", "1Mbit", new MemoryFiles(SMALL, "v"), Disk.LOCAL);
    }

    @Test
    void aSlowDisk() throws Exception {
        // 12 MB in writes of at most 16 KiB over four streams, and a few forces.
        assertBottleneck("disk", "off", new MemoryFiles(LARGE, "v"), SlowChannel.disk(15, 15));
        assertBottleneck("disk", "off", new MemoryFiles(LARGE, "v"), SlowChannel.disk(0, 1_500));
        assertBottleneck("disk", "off", new MemoryFiles(SMALL, "v"), SlowChannel.disk(0, 2_500));
    }

    private void assertBottleneck(String expected, String limit, FileProvider files, Disk disk) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Path own = java.nio.file.Files.createTempDirectory(folder, "run");
        try (GetFixture fixture = new GetFixture(own, files);
                Reporter reporter = new JsonReporter(out)) {
            ServerLink link = fixture.link();
            link.limit(LimitTimetable.parse(limit), Clock.systemDefaultZone());
            RunOptions options = new RunOptions(fixture.target, fixture.home, Duration.ofSeconds(30));

            int exitCode = new DownloadRun(link, reporter, TokenSource.fixed(null), options, disk)
                    .run(List.of(WantedFile.of("x")));

            assertEquals(0, exitCode, out::toString);
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        JsonNode summary = new ObjectMapper().readTree(lines.get(lines.size() - 1));
        assertEquals(expected, summary.path("bottleneck").asText(), out::toString);
        assertTrue(summary.path("shares").path(expected).asDouble() > 0.5, out::toString);
    }
}
