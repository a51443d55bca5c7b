package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.HeldUpFiles;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Row C7: the last slice of a file is not one stream's alone, so that nothing is stuck at 99%. */
@Timeout(180)
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
        CountDownLatch helped = new CountDownLatch(1);
        HeldUpFiles files = new HeldUpFiles(new MemoryFiles(CONTENT, "v"), request -> {
            if (request.offsetBytes() > LAST_SLICE) {
                helped.countDown();
            } else if (request.offsetBytes() == LAST_SLICE) {
                helped.await();
            }
        });
        try (GetFixture fixture = new GetFixture(folder, files)) {
            CommandRun run = fixture.get("x");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertEquals(SIZE_BYTES, run.summary().path("fetched").asLong(), "nothing twice: " + run.all());
        }
    }
}
