package io.parcelnode.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventQueueTest {
    private final EventQueue queue = new EventQueue();
    private final List<Integer> ran = new ArrayList<>();

    /** The naive model: a list, sorted by time with a sort that keeps the order of equals. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void runsInOrderOfTimeThenOfScheduling(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<long[]> model = new ArrayList<>();
        int handler = queue.register((nowNs, argument) -> ran.add(argument));
        List<Integer> expected = new ArrayList<>();
        int next = 0;
        for (int round = 0; round < 50; round++) {
            for (int i = random.nextInt(200); i > 0; i--) {
                long timeNs = queue.nowNs() + random.nextInt(60);
                model.add(new long[] {timeNs, next});
                queue.schedule(timeNs, handler, next++);
            }
            model.sort(Comparator.comparingLong(event -> event[0]));
            for (int i = Math.min(model.size(), random.nextInt(200)); i > 0; i--) {
                long[] first = model.remove(0);
                expected.add((int) first[1]);
                queue.runNext();
                assertEquals(first[0], queue.nowNs(), "seed " + seed);
            }
            assertEquals(model.size(), queue.count());
        }
        assertEquals(expected, ran, "seed " + seed);
    }

    /** The naive model: the last time given to each timer, with its rank, beside a list of events. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void timersKeepOnlyTheirLastTime(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int count = 1 + random.nextInt(40);
        int handler = queue.register((nowNs, argument) -> ran.add(argument));
        int[] timers = new int[count];
        for (int i = 0; i < count; i++) {
            timers[i] = queue.timer((nowNs, argument) -> ran.add(argument), 1_000_000 + i);
        }
        List<long[]> model = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        for (int rank = 0; rank < 20_000; rank++) {
            long timeNs = queue.nowNs() + random.nextInt(30);
            if (random.nextInt(4) > 0) {
                int timer = random.nextInt(count);
                model.removeIf(pending -> pending[1] == 1_000_000 + timer);
                model.add(new long[] {timeNs, 1_000_000 + timer, rank});
                queue.setTimer(timers[timer], timeNs);
            } else {
                model.add(new long[] {timeNs, rank, rank});
                queue.schedule(timeNs, handler, rank);
            }
            model.sort(Comparator.comparingLong((long[] pending) -> pending[0]).thenComparing(pending -> pending[2]));
            assertEquals(model.get(0)[0], queue.nextNs(), "seed " + seed);
            for (int i = random.nextInt(3); i > 0 && !model.isEmpty(); i--) {
                expected.add((int) model.remove(0)[1]);
                queue.runNext();
            }
        }
        assertEquals(expected, ran, "seed " + seed);
    }

    @Test
    void aTimerMaySetItselfAndOthersWhileItRuns() {
        int[] timers = new int[2];
        timers[0] = queue.timer(
                (nowNs, argument) -> {
                    ran.add((int) nowNs);
                    if (nowNs < 30) {
                        queue.setTimer(timers[0], nowNs + 10);
                    }
                    queue.setTimer(timers[1], nowNs);
                },
                0);
        timers[1] = queue.timer((nowNs, argument) -> ran.add(-1), 0);
        queue.setTimer(timers[0], 10);
        while (queue.nextNs() != Long.MAX_VALUE) {
            queue.runNext();
        }
        assertEquals(List.of(10, -1, 20, -1, 30, -1), ran);
    }

    @Test
    void negativeArgumentsSurvive() {
        int handler = queue.register((nowNs, argument) -> ran.add(argument));
        queue.schedule(5, handler, -7);
        queue.runNext();
        assertEquals(List.of(-7), ran);
    }

    @Test
    void whatIsLateRunsNow() {
        int handler = queue.register((nowNs, argument) -> ran.add((int) nowNs));
        queue.schedule(10, handler, 0);
        queue.runNext();
        queue.schedule(3, handler, 0);
        queue.runNext();
        assertEquals(List.of(10, 10), ran);
    }

    @Test
    void theClockDoesNotPassAnEvent() {
        queue.schedule(10, queue.register((nowNs, argument) -> {}), 0);
        assertThrows(AssertionError.class, () -> queue.advanceTo(11));
    }
}
