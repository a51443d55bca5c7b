package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server without room is waited for, and not for ever. */
@Timeout(120)
class BusyServerTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final byte[] SMALL = TestBytes.random(10_000, 1);
    private static final byte[] LARGE = TestBytes.random(5 * PieceMap.PIECE_BYTES, 2);

    private final List<String> notes = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void isLeftAloneLongerAndLongerUntilItServes() {
        BusyServer busy = new BusyServer(-5, () -> 3_600 * SECOND_NS, notes::add);
        assertEquals(0, busy.pauseNs(-5));
        long nowNs = 0;
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 32}) {
            assertTrue(busy.onRefused(busy("no room"), nowNs));
            assertTrue(busy.onRefused(busy("another that was on its way"), nowNs + 1));
            assertEquals(seconds * SECOND_NS, busy.pauseNs(nowNs));
            nowNs += seconds * SECOND_NS;
            assertEquals(0, busy.pauseNs(nowNs));
        }
        assertEquals(7, notes.size(), notes::toString);
        assertTrue(busy.isWaiting());
        busy.onServed();
        assertFalse(busy.isWaiting());
        busy.onRefused(busy("no room"), nowNs);
        assertEquals(SECOND_NS, busy.pauseNs(nowNs));
    }

    @Test
    void isLeftAloneForAsLongAsItSaysButNoLongerThanTheRunMayLast() {
        BusyServer busy = new BusyServer(0, () -> 60 * SECOND_NS, notes::add);
        busy.onRefused(busy("busy, come back in 30 s"), 0);
        assertEquals(30 * SECOND_NS, busy.pauseNs(0));
        busy.onServed();
        assertEquals(30 * SECOND_NS, busy.pauseNs(0), "whatever else it serves meanwhile");
        busy.onRefused(busy("busy, come back in 9000 seconds"), 30 * SECOND_NS);
        assertEquals(60 * SECOND_NS, busy.pauseNs(30 * SECOND_NS));

        BusyServer exact = new BusyServer(0, () -> 60 * SECOND_NS, notes::add);
        exact.onRefused(new RequestFailedException(FailureKind.BUSY, 0, "in 3 s", Duration.ofSeconds(7)), 0);
        assertEquals(7 * SECOND_NS, exact.pauseNs(0), "a field says it better than a text");

        assertFalse(new BusyServer(0, () -> 0, notes::add).onRefused(busy("busy"), 0));
    }

    @Test
    void filesThatHaveNoRoomComeLater() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        FileProvider files = new MemoryFiles(SMALL, "v");
        try (GetFixture fixture = new GetFixture(folder, request -> {
            if (request.fileId().startsWith("late") && refused.incrementAndGet() <= 40) {
                throw busy("busy, come back in 1 s");
            }
            return files.open(request);
        })) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                ids.add((i % 3 == 0 ? "x" : "late") + i);
            }
            CommandRun run = fixture.get(ids.toArray(String[]::new));

            assertEquals(0, run.exitCode(), run::all);
            assertEquals(30, fixture.left().size());
            assertTrue(
                    run.err().contains("The server is busy (busy, come back in 1 s); asking again in 1 s"), run::all);
            assertTrue(run.err().lines().count() < 20, run::all);
        }
    }

    @Test
    void aServerThatStaysBusyIsGivenUp() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, request -> {
            throw busy("no room for anybody");
        })) {
            CommandRun run = fixture.get("x", "y", "--give-up-after", "5s");

            assertEquals(10, run.exitCode(), run::all);
            DownloadTest.assertSummary(run, 0, 2);
            assertTrue(run.out().contains("no room for anybody"), run::all);
            assertTrue(run.summary().path("seconds").asDouble() > 4.9, run::all);
        }
    }

    /** A large file asks for four parts at once; one that a server has room for is enough. */
    @Test
    void aServerThatTakesOneRequestAtATimeServesALargeFileAllTheSame() throws Exception {
        AtomicInteger open = new AtomicInteger();
        FileProvider files = new MemoryFiles(LARGE, "v");
        try (GetFixture fixture = new GetFixture(folder, request -> {
            if (open.incrementAndGet() > 1) {
                open.decrementAndGet();
                throw busy("one at a time");
            }
            ServedFile file = files.open(request);
            return new Counted(file, open);
        })) {
            CommandRun run = fixture.get("x", "--give-up-after", "60s");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(LARGE, fixture.read("x"));
        }
    }

    private static RequestFailedException busy(String text) {
        return new RequestFailedException(FailureKind.BUSY, 0, text);
    }

    private record Counted(ServedFile file, AtomicInteger open) implements ServedFile {
        @Override
        public FileInfo info() {
            return file.info();
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return file.read(target);
        }

        @Override
        public void close() throws IOException {
            open.decrementAndGet();
            file.close();
        }
    }
}
