package io.parcelnode.udt.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class GapListTest {
    /** Against a map from each missing packet to the time at which it is to be reported. */
    @Property
    void holdsExactlyTheMissingPackets(@ForAll @Size(max = 200) List<@IntRange(min = 0, max = 1 << 14) Integer> steps) {
        GapList gaps = new GapList();
        TreeMap<Long, Long> model = new TreeMap<>();
        long next = 0;
        long nowNs = 1_000;
        for (int step : steps) {
            int argument = step / 4;
            nowNs++;
            switch (step % 4) {
                case 0 -> {
                    long first = next + 1 + argument % 5;
                    long last = first + argument / 5 % 4;
                    gaps.append(first, last, nowNs + argument);
                    for (long packet = first; packet <= last; packet++) {
                        model.put(packet, nowNs + argument);
                    }
                    next = last + 1;
                }
                case 1, 2 -> {
                    long packet = Math.max(0, next - argument % 60);
                    assertEquals(model.remove(packet) != null, gaps.remove(packet));
                }
                default -> report(gaps, model, argument, nowNs + 10_000);
            }
            assertSame(gaps, model);
        }
    }

    @Example
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

    private static void report(GapList gaps, TreeMap<Long, Long> model, int argument, long nextNs) {
        if (gaps.isEmpty()) {
            return;
        }
        int index = argument % gaps.count();
        int before = gaps.reports(index);
        gaps.reported(index, nextNs);
        gaps.refreshEarliest();
        assertEquals(before + 1, gaps.reports(index));
        for (long packet = gaps.first(index); packet <= gaps.last(index); packet++) {
            model.put(packet, nextNs);
        }
    }

    private static void assertSame(GapList gaps, TreeMap<Long, Long> model) {
        TreeMap<Long, Long> listed = new TreeMap<>();
        for (int i = 0; i < gaps.count(); i++) {
            for (long packet = gaps.first(i); packet <= gaps.last(i); packet++) {
                listed.put(packet, gaps.reportNs(i));
            }
        }
        assertEquals(model, listed);
        assertEquals(model.isEmpty(), gaps.isEmpty());
        long earliest = model.values().stream().mapToLong(Long::longValue).min().orElse(GapList.NEVER);
        assertTrue(gaps.earliestReportNs() <= earliest, "a gap is due before " + gaps.earliestReportNs());
    }
}
