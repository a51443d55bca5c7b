package io.parcelnode.udt.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class LossBitmapTest {
    @Property
    void behavesAsASortedSet(
            @ForAll @IntRange(min = 0, max = 4) int doublings,
            @ForAll @LongRange(min = 0, max = 1L << 40) long start,
            @ForAll @Size(max = 400) List<@IntRange(min = 0, max = 1 << 16) Integer> steps) {
        int capacity = 64 << doublings;
        LossBitmap bitmap = new LossBitmap(capacity);
        TreeSet<Long> model = new TreeSet<>();
        long base = start;
        for (int step : steps) {
            int argument = step / 4;
            switch (step % 4) {
                case 0, 1 -> {
                    long packet = base + argument % capacity;
                    assertEquals(model.add(packet), bitmap.add(packet));
                }
                case 2 -> {
                    if (!model.isEmpty()) {
                        assertEquals(model.pollFirst(), bitmap.pollFirst());
                    }
                }
                default -> {
                    base += argument % capacity;
                    for (long gone = bitmap.next(0); gone >= 0 && gone < base; gone = bitmap.next(gone)) {
                        assertTrue(model.remove(gone));
                        assertTrue(bitmap.remove(gone));
                        assertFalse(bitmap.remove(gone));
                    }
                }
            }
            assertEquals(model.size(), bitmap.count());
            Long next = model.ceiling(base);
            assertEquals(next == null ? -1 : next, bitmap.next(base));
            LossBitmap larger = bitmap.resized(2 * capacity);
            assertEquals(model.size(), larger.count());
            for (long packet = base; packet < base + capacity; packet += 7) {
                assertEquals(model.contains(packet), bitmap.contains(packet));
                assertEquals(model.contains(packet), larger.contains(packet));
            }
        }
    }
}
