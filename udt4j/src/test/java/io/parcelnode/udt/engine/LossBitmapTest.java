package io.parcelnode.udt.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossBitmapTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesAsASortedSet(long seed) {
        Random random = new Random(seed);
        int capacity = 64 << random.nextInt(4);
        LossBitmap bitmap = new LossBitmap(capacity);
        TreeSet<Long> model = new TreeSet<>();
        long base = random.nextInt(1_000_000);
        for (int step = 0; step < 20_000; step++) {
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    long packet = base + random.nextInt(capacity);
                    assertEquals(model.add(packet), bitmap.add(packet), () -> "add, seed " + seed);
                }
                case 2 -> {
                    if (!model.isEmpty()) {
                        assertEquals(model.pollFirst(), bitmap.pollFirst(), () -> "pollFirst, seed " + seed);
                    }
                }
                default -> {
                    base += random.nextInt(capacity / 8);
                    bitmap.removeBefore(base);
                    model.headSet(base).clear();
                }
            }
            assertEquals(model.size(), bitmap.count());
            long probe = base + random.nextInt(capacity);
            assertEquals(model.contains(probe), bitmap.contains(probe));
        }
    }
}
