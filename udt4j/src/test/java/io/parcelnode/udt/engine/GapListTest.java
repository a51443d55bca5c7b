package io.parcelnode.udt.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GapListTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void holdsExactlyTheMissingPackets(long seed) {
        Random random = new Random(seed);
        GapList gaps = new GapList();
        TreeSet<Long> model = new TreeSet<>();
        long next = 0;
        for (int step = 0; step < 5_000; step++) {
            if (random.nextInt(3) == 0) {
                long first = next + 1 + random.nextInt(5);
                long last = first + random.nextInt(4);
                gaps.append(first, last, step);
                for (long packet = first; packet <= last; packet++) {
                    model.add(packet);
                }
                next = last + 1;
            } else {
                long packet = Math.max(0, next - random.nextInt(60));
                assertEquals(model.remove(packet), gaps.remove(packet), () -> "remove, seed " + seed);
            }
            assertEquals(model.isEmpty(), gaps.isEmpty());
        }
        TreeSet<Long> listed = new TreeSet<>();
        for (int i = 0; i < gaps.count(); i++) {
            for (long packet = gaps.first(i); packet <= gaps.last(i); packet++) {
                assertTrue(listed.add(packet));
            }
        }
        assertEquals(model, listed, () -> "seed " + seed);
    }

    @Test
    void passingPacketsHastenOnlyGapsNotYetReported() {
        GapList gaps = new GapList();
        gaps.append(10, 12, 100);
        gaps.append(20, 20, 100);
        gaps.reported(0, 500);
        gaps.refreshEarliest();
        gaps.hastenFirstReportsBefore(30, 50);
        assertEquals(500, gaps.reportNs(0));
        assertEquals(50, gaps.reportNs(1));
        assertEquals(50, gaps.earliestReportNs());
    }
}
