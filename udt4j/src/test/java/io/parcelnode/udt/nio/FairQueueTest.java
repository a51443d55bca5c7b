package io.parcelnode.udt.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Turns are counted in what they cost; there is no clock in it. */
class FairQueueTest {
    private static final int COST = 16;

    private final FairQueue<String> queue = new FairQueue<>();
    private final FairQueue.Owner<String> greedy = new FairQueue.Owner<>("greedy");
    private final FairQueue.Owner<String> single = new FairQueue.Owner<>("single");
    private final Map<String, Integer> had = new HashMap<>();

    @Test
    void fiftyEntriesOfOneOwnerGetAsMuchAsTheOneOfAnother() {
        for (int i = 0; i < 50; i++) {
            queue.add(greedy, "greedy-" + i);
        }
        queue.add(single, "single");
        for (int i = 0; i < 1_000; i++) {
            turn(COST, true);
        }
        assertEquals(500 * COST, had.get("single"), COST);
        for (int i = 0; i < 50; i++) {
            assertEquals(10 * COST, had.get("greedy-" + i), COST, "of entry " + i);
        }
    }

    @Test
    void whatTurnsCostIsSharedAndNotTheirNumber() {
        queue.add(greedy, "large");
        queue.add(single, "small");
        for (int i = 0; i < 2_000; i++) {
            String entry = queue.begin();
            end(entry, entry.equals("large") ? COST : 1, true);
        }
        assertEquals(had.get("large"), had.get("small"), COST);
    }

    @Test
    void whoUsesLessThanItsShareIsServedBeforeThoseWhoHaveHadMore() {
        for (int i = 0; i < 50; i++) {
            queue.add(greedy, "greedy-" + i);
        }
        for (int i = 0; i < 100; i++) {
            for (int j = 0; j < 5; j++) {
                turn(COST, true);
            }
            queue.add(single, "single");
            // Where both start at the same cost, either may be first.
            List<String> next = List.of(turn(COST, false), turn(COST, false));
            assertTrue(next.contains("single"), "served instead: " + next);
            next.stream().filter(entry -> !entry.equals("single")).forEach(entry -> queue.add(greedy, entry));
        }
    }

    @Test
    void notToHaveAskedSavesNothingUp() {
        queue.add(single, "single");
        turn(COST, false);
        queue.add(greedy, "greedy");
        for (int i = 0; i < 1_000; i++) {
            turn(COST, true);
        }
        queue.add(single, "single");
        had.clear();
        for (int i = 0; i < 100; i++) {
            turn(COST, true);
        }
        assertEquals(50 * COST, had.get("greedy"), COST);
    }

    @Test
    void aTurnThatCostNothingAndIsNotWantedAgainLeavesNothingBehind() {
        queue.add(greedy, "first");
        queue.add(greedy, "second");
        assertEquals("first", turn(0, false));
        assertEquals("second", turn(0, false));
        assertTrue(queue.isEmpty());
        assertNull(queue.begin());
        queue.add(greedy, "first");
        assertEquals("first", turn(COST, false));
    }

    @Test
    void entriesThatComeDuringAnOwnersTurnAreServedAfterIt() {
        queue.add(greedy, "first");
        assertEquals("first", queue.begin());
        queue.add(greedy, "second");
        queue.end(COST, true);
        assertEquals("second", turn(COST, false));
        assertEquals("first", turn(COST, false));
        assertTrue(queue.isEmpty());
    }

    /** Owners of any number of entries that always want more never differ by more than one turn. */
    @Test
    void ownersThatAlwaysWantMoreStayTogether() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<FairQueue.Owner<String>> owners = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            owners.add(new FairQueue.Owner<>(i));
            for (int j = random.nextInt(10); j >= 0; j--) {
                queue.add(owners.get(i), Integer.toString(i));
            }
        }
        for (int i = 0; i < 10_000; i++) {
            turn(random.nextInt(1, COST + 1), true);
            if (i > 100) {
                int least =
                        had.values().stream().mapToInt(Integer::intValue).min().orElseThrow();
                int most =
                        had.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
                assertTrue(most - least <= COST, "seed " + seed + ": " + had);
            }
        }
        assertEquals(owners.size(), had.size(), "seed " + seed);
    }

    private String turn(int cost, boolean again) {
        String entry = queue.begin();
        end(entry, cost, again);
        return entry;
    }

    private void end(String entry, int cost, boolean again) {
        had.merge(entry, cost, Integer::sum);
        queue.end(cost, again);
    }
}
