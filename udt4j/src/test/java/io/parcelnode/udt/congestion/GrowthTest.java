package io.parcelnode.udt.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class GrowthTest {
    private static final long MS = 1_000_000;

    private final Growth growth = new Growth();

    @Test
    void aQueueSoonAfterALargeGrowthTakesMostOfItBack() {
        growth.onProbe(1_000);
        growth.onProbeDrained(500 * MS);
        assertEquals(1_100, growth.taken(900 * MS, 2_500));
    }

    @Test
    void aSmallGrowthStays() {
        growth.onProbe(1_000);
        growth.onProbeDrained(500 * MS);
        assertEquals(1_250, growth.taken(900 * MS, 1_250));
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
