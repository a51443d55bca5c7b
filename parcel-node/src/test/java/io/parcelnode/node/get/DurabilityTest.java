package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Row D4: what a journal or a final name says is on the disk, whatever moment the power is cut at. */
@Timeout(240)
class DurabilityTest {
    private static final int BLOCK_BYTES = 1 << 10;

    @TempDir
    Path folder;

    private final Set<String> wrong = new ConcurrentSkipListSet<>();
    private final AtomicInteger journaled = new AtomicInteger();
    /** Blocks that have been written since the last force, and those that a force has brought to the disk. */
    private final BitSet written = new BitSet();

    private final BitSet forced = new BitSet();

    @ParameterizedTest
    @ValueSource(ints = {300 * BLOCK_BYTES, 4 * PieceMap.PIECE_BYTES})
    void whatIsJournaledOrNamedHasBeenForced(int sizeBytes) throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(TestBytes.random(sizeBytes, 1), "v"));
                PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
                Reporter reporter = new JsonReporter(nowhere)) {
            Path target = fixture.target.resolve("x");
            Disk disk = (path, options) -> new WatchedChannel(FileChannel.open(path, options), target);
            RunOptions options = new RunOptions(fixture.target, fixture.home, Duration.ofSeconds(30));
            DownloadRun run = new DownloadRun(fixture.link(), reporter, TokenSource.fixed(null), options, disk);

            assertEquals(0, run.run(List.of(WantedFile.of("x"))));
            assertEquals(List.of(), List.copyOf(wrong));
            assertTrue(written.isEmpty(), "something was written after the last force");
            assertEquals(sizeBytes / BLOCK_BYTES, forced.cardinality());
            assertEquals(sizeBytes > PieceMap.PIECE_BYTES, journaled.get() > 0);
        }
    }

    private final class WatchedChannel extends ForwardingChannel {
        private final Path target;

        WatchedChannel(FileChannel file, Path target) {
            super(file);
            this.target = target;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            look();
            int length = super.write(source, position);
            synchronized (written) {
                written.set((int) position / BLOCK_BYTES, (int) (position + length - 1) / BLOCK_BYTES + 1);
            }
            return length;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            look();
            BitSet now;
            synchronized (written) {
                now = (BitSet) written.clone();
                written.clear();
            }
            super.force(metaData);
            synchronized (written) {
                forced.or(now);
            }
        }

        @Override
        protected void implCloseChannel() throws IOException {
            look();
            super.implCloseChannel();
        }

        /** Compares what is said with what a power cut would leave. */
        private void look() throws IOException {
            JournalContent journal = JournalContent.read(PartFile.journalOf(target));
            boolean named = Files.exists(target);
            synchronized (written) {
                for (Piece piece : journal == null ? List.<Piece>of() : journal.pieces()) {
                    journaled.incrementAndGet();
                    int end = (int) piece.endBytes() / BLOCK_BYTES;
                    if (forced.nextClearBit((int) piece.startBytes() / BLOCK_BYTES) < end) {
                        wrong.add(piece + " is journaled and not on the disk");
                    }
                }
                if (named && !written.isEmpty()) {
                    wrong.add("the file has its name and is not on the disk");
                }
            }
            assertFalse(named && forced.isEmpty(), "the file has its name before anything was forced");
        }
    }
}
