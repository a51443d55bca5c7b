package io.parcelnode.udt.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class EstimatorsTest {
    @Test
    void rttBelievesItsFirstSampleAndTakesTheDeviationBeforeTheMean() {
        RttEstimator rtt = new RttEstimator();
        assertEquals(100_000, rtt.rttMicros());
        rtt.onSample(8_000);
        assertEquals(8_000, rtt.rttMicros());
        rtt.onSample(16_000);
        // libudt's order: |16000 - 8000| enters the variance, not |16000 - 9000|.
        assertEquals((3 * 4_000 + 8_000) / 4.0, rtt.varianceMicros());
        assertEquals(9_000, rtt.rttMicros());
        assertTrue(rtt.percentileMicros(99) >= 16_000);
    }

    @Test
    void arrivalRateIsThatOfThePathAlsoWithPausesInBetween() {
        ArrivalRate rate = new ArrivalRate();
        assertEquals(0, rate.packetsPerSecond());
        long nowNs = 0;
        for (int burst = 0; burst < 50; burst++) {
            for (int i = 0; i < 1_000; i++) {
                nowNs += 10_000;
                rate.onArrival(nowNs);
            }
            nowNs += 300_000_000;
        }
        assertEquals(100_000, rate.packetsPerSecond(), 1_000);
    }

    @Test
    void arrivalRateIsRightWhenPacketsAreTakenInBatches() {
        ArrivalRate rate = new ArrivalRate();
        for (int i = 0; i < 10_000; i++) {
            rate.onArrival(i / 64 * 640_000L);
        }
        assertEquals(100_000, rate.packetsPerSecond(), 5_000);
    }

    @Test
    void arrivalRateFollowsASlowPath() {
        ArrivalRate rate = new ArrivalRate();
        for (int i = 0; i < 200; i++) {
            rate.onArrival(i * 20_000_000L);
        }
        assertEquals(50, rate.packetsPerSecond(), 1);
    }

    @Test
    void capacityIsReadFromPairsAndNotFromTheirPace() {
        LinkCapacity capacity = new LinkCapacity();
        Random random = new Random(3);
        long nowNs = 0;
        for (int sequence = 0; sequence < 16 * 200; sequence++) {
            boolean second = (sequence & 15) == 1;
            nowNs += second ? 12_000 + random.nextInt(200) : 1_000_000;
            capacity.onArrival(sequence, nowNs);
        }
        assertEquals(1e9 / 12_100, capacity.packetsPerSecond(), 500);
    }

    @Test
    void aSpoiltPairDoesNotCount() {
        LinkCapacity capacity = new LinkCapacity();
        for (int i = 0; i < 100; i++) {
            capacity.onArrival(16 * i, i * 1_000L);
            capacity.onDisorder();
            capacity.onArrival(16 * i + 1, i * 1_000L + 1);
        }
        assertEquals(0, capacity.packetsPerSecond());
    }

    @Test
    void pacerKeepsTheMeanGapAndMakesUpForShortLatenessOnly() {
        Pacer pacer = new Pacer(1_500);
        int sent = 0;
        for (long nowNs = 0; nowNs < 100_000_000; nowNs += 500_000) {
            while (pacer.maySend(nowNs)) {
                pacer.onSent(nowNs, 100_000.5);
                sent++;
            }
        }
        assertEquals(1_000, sent, 10);
        long muchLaterNs = 5_000_000_000L;
        int burst = 0;
        while (pacer.maySend(muchLaterNs)) {
            pacer.onSent(muchLaterNs, 100_000);
            burst++;
        }
        assertTrue(burst <= 11, () -> "a burst after a pause");
    }

    @Test
    void ackHistoryFindsWhatWasSentAndForgetsWhatIsOlder() {
        AckHistory history = new AckHistory();
        for (int i = 1; i <= 2_000; i++) {
            history.store(i, i * 10L, i * 100L);
        }
        assertFalse(history.confirm(500), "pushed out by newer ones");
        assertTrue(history.confirm(1_500));
        assertEquals(15_000, history.confirmedPacket());
        assertEquals(150_000, history.confirmedSentNs());
        assertFalse(history.confirm(1_499), "older than a confirmed one");
        assertTrue(history.confirm(1_501));
        assertFalse(history.confirm(0x7FFF_FFFF));
    }

    @Test
    void cookiesAreGoodForOneToTwoMinutesAndForOneClientOnly() {
        byte[] address = {10, 0, 0, 1};
        CookieKeys keys = new CookieKeys(0, new Random(5));
        int cookie = keys.make(0, address, 5_000, 7, 9);
        long minuteNs = 60_000_000_000L;
        assertTrue(keys.matches(minuteNs - 1, cookie, address, 5_000, 7, 9));
        assertTrue(keys.matches(minuteNs + 1, cookie, address, 5_000, 7, 9));
        assertFalse(keys.matches(minuteNs + 1, cookie, address, 5_001, 7, 9));
        assertFalse(keys.matches(minuteNs + 1, cookie, address, 5_000, 8, 9));
        assertFalse(keys.matches(minuteNs + 1, cookie, address, 5_000, 7, 8));
        assertFalse(keys.matches(2 * minuteNs + 2, cookie, address, 5_000, 7, 9));
    }
}
