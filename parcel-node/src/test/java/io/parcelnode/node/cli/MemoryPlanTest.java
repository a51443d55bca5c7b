package io.parcelnode.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts never add up to more than the whole, and are enough for what is promised. */
class MemoryPlanTest {
    @ParameterizedTest
    @ValueSource(longs = {32L << 20, 100_000_000, 128L << 20, 1L << 30, 5L << 30, 64L << 30})
    void aServersPartsFitIntoTheWhole(long totalBytes) {
        MemoryPlan plan = new MemoryPlan(totalBytes);
        long sessionsBytes = plan.clientsMax() * (1L << 20);
        long sourceBytes = plan.readAheadBytes() + plan.readAheadBytes() / 4;
        long sum = plan.connectionsBytes() + plan.framesBytes() + sourceBytes + sessionsBytes;
        assertTrue(sum <= totalBytes, plan + " gives away " + sum);
        assertTrue(plan.clientsMax() >= 8 && plan.clientsMax() <= 1_024, "clients " + plan.clientsMax());
    }

    @ParameterizedTest
    @ValueSource(longs = {32L << 20, 100_000_000, 128L << 20, 1L << 30, 5L << 30, 64L << 30})
    void aClientsPartsFitIntoTheWhole(long totalBytes) {
        MemoryPlan plan = new MemoryPlan(totalBytes);
        long windowBytes = plan.windowPackets() * 1_500L;
        long sum = windowBytes + plan.creditBytes() + 68L * plan.waitingCreditBytes(68);
        assertTrue(sum <= totalBytes * 7 / 8, plan + " gives away " + sum);
        assertEquals(plan.windowPackets(), Integer.highestOneBit(plan.windowPackets()));
    }

    /** Three bandwidth-delay products in the window, for what waits behind a packet that was lost twice. */
    @Test
    void aCommonHeapHoldsAGigabitOver300Milliseconds() {
        MemoryPlan plan = new MemoryPlan(1L << 30);
        long bdpBytes = 1_000_000_000L / 8 * 300 / 1_000;
        assertTrue(plan.windowPackets() * 1_456L >= 3 * bdpBytes);
        assertTrue(plan.creditBytes() / 2 >= 3 * bdpBytes);
        // One connection alone may have half of what all share.
        assertTrue(plan.connectionsBytes() / 2 >= 3 * bdpBytes);
    }

    @Test
    void tooLittleIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new MemoryPlan(MemoryPlan.MIN_BYTES - 1));
    }
}
