package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The rate is that of the last ten seconds. */
class RateMeterTest {
    private static final long SECOND_NS = 1_000_000_000;

    private final RateMeter rate = new RateMeter();

    @Test
    void knowsNothingAtFirst() {
        assertEquals(0, rate.bytesPerSecond());
        rate.on(0, 5_000);
        rate.on(SECOND_NS / 10, 6_000);
        assertEquals(0, rate.bytesPerSecond());
        assertEquals(-1, rate.secondsFor(1_000));
    }

    @Test
    void whatIsLongAgoDoesNotCount() {
        for (int i = 0; i <= 100; i++) {
            rate.on(i * SECOND_NS, i * 1_000_000L);
        }
        assertEquals(1e6, rate.bytesPerSecond(), 1);
        for (int i = 101; i <= 115; i++) {
            rate.on(i * SECOND_NS, 100_000_000L + (i - 100) * 1_000L);
        }
        assertEquals(1e3, rate.bytesPerSecond(), 1);
        assertEquals(60, rate.secondsFor(60_000));
    }

    @Test
    void startsAnewWhenThereIsLessThanBefore() {
        rate.on(0, 0);
        rate.on(SECOND_NS, 10_000_000);
        rate.on(2 * SECOND_NS, 0);
        rate.on(3 * SECOND_NS, 1_000);

        assertEquals(1_000, rate.bytesPerSecond(), 1);
    }

    @Test
    void aStandstillHasNoEnd() {
        rate.on(0, 1_000);
        rate.on(5 * SECOND_NS, 1_000);

        assertEquals(-1, rate.secondsFor(1));
    }

    @Test
    void timesReadAsOnAClock() {
        assertEquals("0:07", RateMeter.clock(7));
        assertEquals("59:59", RateMeter.clock(3_599));
        assertEquals("100:00:01", RateMeter.clock(360_001));
    }
}
