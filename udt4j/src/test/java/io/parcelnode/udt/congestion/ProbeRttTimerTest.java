package io.parcelnode.udt.congestion;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ProbeRttTimerTest {
    private static final long MS = 1_000_000;
    private static final long RTT_NS = 20 * MS;

    private final ProbeRttTimer timer = new ProbeRttTimer();

    @Test
    void flowsThatSawThePathEmptyTogetherPauseOneAfterTheOther() {
        Random random = new Random(7);
        long earliestMs = Long.MAX_VALUE;
        long latestMs = 0;
        for (int flow = 0; flow < 20; flow++) {
            timer.draw(random);
            long atMs = 5_000;
            while (!timer.isDue(atMs * MS)) {
                atMs++;
            }
            earliestMs = Math.min(earliestMs, atMs);
            latestMs = Math.max(latestMs, atMs);
        }
        assertTrue(earliestMs < 5_200 && latestMs > 5_800 && latestMs <= 6_001, earliestMs + " to " + latestMs);
    }

    @Test
    void theFirstPauseSparesTheOthersTheirs() {
        timer.draw(new Random(7));
        answer(6_500, 22);
        assertTrue(timer.isDue(6_500 * MS));
        answer(6_510, 20);
        assertFalse(timer.isNear(6_510 * MS));
        assertFalse(timer.isDue(11_510 * MS));
    }

    @Test
    void itIsNearBeforeItIsDue() {
        timer.draw(new Random(7));
        assertFalse(timer.isNear(5_000 * MS));
        assertTrue(timer.isNear(5_001 * MS));
        assertFalse(timer.isDue(5_001 * MS));
    }

    @Test
    void aPauseThatDidNotEndTheQueueWasOneAllTheSame() {
        timer.onPaused(8_000 * MS);
        assertFalse(timer.isNear(13_000 * MS));
        assertTrue(timer.isNear(13_001 * MS));
    }

    private void answer(long atMs, long rttMs) {
        Delivery delivery = new Delivery();
        delivery.nowNs = atMs * MS;
        delivery.rttNs = rttMs * MS;
        timer.onDelivered(delivery, RTT_NS);
    }
}
