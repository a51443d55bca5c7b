package io.parcelnode.perf.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartDamageTest {
    @TempDir
    Path folder;

    @Test
    void flipsOneBitAndCutsAnEnd() throws Exception {
        for (long seed = 1; seed <= 50; seed++) {
            PartDamage damage = new PartDamage(new SplittableRandom(seed));
            Path file = Files.write(folder.resolve("x"), new byte[100]);
            assertTrue(damage.flip(file));
            int bits = 0;
            for (byte one : Files.readAllBytes(file)) {
                bits += Integer.bitCount(one & 0xFF);
            }
            assertEquals(1, bits, "seed " + seed);
            assertTrue(damage.cut(file));
            assertTrue(Files.size(file) < 100, "seed " + seed);
        }
    }

    @Test
    void leavesAloneWhatIsNotThere() throws Exception {
        PartDamage damage = new PartDamage(new SplittableRandom(1));
        assertFalse(damage.flip(folder.resolve("absent")));
        assertFalse(damage.cut(Files.createFile(folder.resolve("empty"))));
    }
}
