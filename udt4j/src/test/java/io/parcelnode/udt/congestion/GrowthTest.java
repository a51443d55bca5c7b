package io.parcelnode.udt.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GrowthTest {
    private static final long MS = 1_000_000;

    private final Growth growth = new Growth();

    /** Others had paused, and are back: round by round, until it is nearly where it was. */
    @Test
    void aQueueThatStandsAfterALargeGrowthTakesMostOfItBack() {
        growth.onProbe(1_000);
        growth.onProbeDrained(500 * MS);
        double rate = 2_500;
        for (int round = 0; round < 7; round++) {
            rate = growth.taken((520 + 20 * round) * MS, rate);
        }
        assertTrue(rate >= 1_050 && rate <= 1_150, "rate " + rate);
    }

    /** The path has become faster and the probe went a little too far: one round gives the queue time to run off. */
    @Test
    void oneRoundOfQueueTakesAPartOnly() {
        growth.onProbe(1_000);
        growth.onProbeDrained(500 * MS);
        assertEquals(8_500, growth.taken(900 * MS, 10_000));
    }

    @Test
    void noMoreIsTakenBackThanAProbeOfAFullPathMayKeep() {
        growth.onProbe(1_000);
        growth.onProbeDrained(500 * MS);
        assertEquals(1_050, growth.taken(900 * MS, 1_200));
    }

    @Test
    void aSmallGrowthStays() {
        growth.onProbe(1_000);
        growth.onProbeDrained(500 * MS);
        assertEquals(1_150, growth.taken(900 * MS, 1_150));
    }

    @Test
    void aQueueThatComesLaterIsNotTheProbesDoing() {
        growth.onProbe(1_000);
        growth.onProbeDrained(500 * MS);
        assertEquals(2_500, growth.taken(1_600 * MS, 2_500));
    }

    @Test
    void startUpIsNoProbe() {
        growth.onProbeDrained(500 * MS);
        assertEquals(2_500, growth.taken(600 * MS, 2_500));
    }
}
