package io.parcelnode.perf.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FinishedDamageTest {
    private static final byte[] CONTENT = new byte[1_000];
    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_123L);

    private final FinishedDamage damage = new FinishedDamage(new SplittableRandom(1));

    @TempDir
    Path folder;

    @Test
    void knowsItsOwnWorkAgain() throws Exception {
        for (Fault fault : List.of(Fault.FINISHED_WRITTEN, Fault.FINISHED_ROTTEN, Fault.FINISHED_REPLACED)) {
            Path file = make();
            assertFalse(damage.isOurs(CONTENT));
            assertTrue(damage.happen(fault, List.of(file)));
            byte[] now = Files.readAllBytes(file);
            assertFalse(Arrays.equals(CONTENT, now), fault.name());
            assertTrue(damage.isOurs(now), fault.name());
        }
    }

    @Test
    void onlyRotLeavesTheTime() throws Exception {
        Path rotten = make();
        damage.happen(Fault.FINISHED_ROTTEN, List.of(rotten));
        assertEquals(LONG_AGO, Files.getLastModifiedTime(rotten));
        Path written = make();
        damage.happen(Fault.FINISHED_WRITTEN, List.of(written));
        assertNotEquals(LONG_AGO, Files.getLastModifiedTime(written));
        damage.happen(Fault.FINISHED_GONE, List.of(written));
        assertFalse(Files.exists(written));
    }

    @Test
    void aSecondNameIsNotReplaced() throws Exception {
        Path file = make();
        Path other = Files.createLink(folder.resolve("other"), file);
        damage.happen(Fault.FINISHED_REPLACED, List.of(file));
        assertTrue(Arrays.equals(CONTENT, Files.readAllBytes(other)));
    }

    @Test
    void otherFaultsAndMissingFilesAreNoneOfIts() throws Exception {
        assertFalse(damage.happen(Fault.CUT_PART, List.of(make())));
        assertFalse(damage.happen(Fault.FINISHED_GONE, List.of()));
    }

    private Path make() throws Exception {
        return Files.setLastModifiedTime(Files.write(folder.resolve("file"), CONTENT), LONG_AGO);
    }
}
