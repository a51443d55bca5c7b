package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Row C7: the last slice of a file is not one stream's alone, so that nothing is stuck at 99%. */
@Timeout(60)
class WorkStealingTest {
    private static final int SIZE_BYTES = 48 << 20;
    /** Where the last of four slices begins. */
    private static final long LAST_SLICE = SIZE_BYTES / 4 * 3;

    private static final byte[] CONTENT = TestBytes.random(SIZE_BYTES, 1);

    @TempDir
    Path folder;

    /**
     * The stream that has the last slice gets its first bytes only when somebody else has asked for the slice's end. A
     * client that leaves it to that stream would wait for ever.
     */
    @Test
    void aSliceThatDoesNotMoveIsFetchedByOthersFromItsEnd() throws Exception {
        OneStuckSlice files = new OneStuckSlice(new MemoryFiles(CONTENT, "v"));
        try (GetFixture fixture = new GetFixture(folder, files)) {
            CommandRun run = fixture.get("x");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertEquals(SIZE_BYTES, run.summary().path("fetched").asLong(), "nothing twice: " + run.all());
        }
    }

    private static final class OneStuckSlice implements FileProvider {
        private final FileProvider files;
        private final CountDownLatch helped = new CountDownLatch(1);

        OneStuckSlice(FileProvider files) {
            this.files = files;
        }

        @Override
        public ServedFile open(OpenRequest request) throws IOException {
            boolean stuck = request.offsetBytes() == LAST_SLICE;
            if (request.offsetBytes() > LAST_SLICE) {
                helped.countDown();
            }
            ServedFile file = files.open(request);
            return stuck ? new StuckFile(file) : file;
        }

        private final class StuckFile implements ServedFile {
            private final ServedFile file;

            StuckFile(ServedFile file) {
                this.file = file;
            }

            @Override
            public FileInfo info() {
                return file.info();
            }

            @Override
            public int read(ByteBuffer target) throws IOException {
                try {
                    helped.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("nobody helped");
                }
                return file.read(target);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        }
    }
}
