package io.parcelnode.udt.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateCapTest {
    private static final int HEADERS = 28;
    private static final int DATAGRAM = 1_472;
    private static final long RATE = 12_000_000; // A datagram of 1500 bytes a millisecond.

    private final RateCap cap = new RateCap(HEADERS);

    @Test
    void withoutALimitEverythingMayGo() {
        for (int i = 0; i < 1_000; i++) {
            assertTrue(cap.maySend(5));
            cap.onSent(5, DATAGRAM);
        }
    }

    @Test
    void headersCount() {
        cap.limit(0, RATE);
        cap.onSent(0, DATAGRAM);
        assertFalse(cap.maySend(999_999));
        assertTrue(cap.maySend(1_000_000));
        assertEquals(1_000_000, cap.nextSendNs());
    }

    @Test
    void whatWasNotSentIsMadeUpForWithinAMillisecond() {
        cap.limit(0, RATE);
        long nowNs = 5_000_000_000L;
        cap.onSent(nowNs, DATAGRAM);
        assertTrue(cap.maySend(nowNs));
        cap.onSent(nowNs, DATAGRAM);
        assertFalse(cap.maySend(nowNs));
        assertEquals(nowNs + 1_000_000, cap.nextSendNs());
    }

    @ParameterizedTest
    @ValueSource(longs = {10_000, 1_000_000, 12_000_000, 900_000_000, 100_000_000_000L})
    void noWindowCarriesMoreThanItsShareAndTheBurst(long bitsPerSecond) {
        long seed = bitsPerSecond;
        SplittableRandom random = new SplittableRandom(seed);
        cap.limit(0, bitsPerSecond);
        long nowNs = 0;
        // Token bucket as a naive model: it may never be overdrawn by more than the datagram that empties it.
        double burstBytes = Math.min(bitsPerSecond / 8.0 * 1e-3, 1 << 16);
        double tokens = 0;
        long roundedNs = 0;
        for (int i = 0; i < 20_000; i++) {
            long stepNs = random.nextInt(20) == 0 ? random.nextInt(50_000_000) : random.nextInt(20_000);
            nowNs += stepNs;
            tokens = Math.min(burstBytes, tokens + stepNs * (bitsPerSecond / 8e9));
            while (cap.maySend(nowNs)) {
                int bytes = 1 + random.nextInt(DATAGRAM);
                cap.onSent(nowNs, bytes);
                tokens -= bytes + HEADERS;
                roundedNs++;
                assertTrue(tokens >= -(DATAGRAM + HEADERS) - 1, "overdrawn at " + nowNs + ", seed " + seed);
            }
            double roundedBytes = 1 + roundedNs * (bitsPerSecond / 8e9);
            assertTrue(tokens <= roundedBytes, tokens + " bytes were withheld at " + nowNs + ", seed " + seed);
        }
    }

    @Test
    void theLowerOfBothLimitsHolds() {
        cap.limit(0, RATE);
        cap.ask(0, RATE / 10);
        assertEquals(RATE / 10, measure(0));
        cap.ask(10_000_000_000L, RATE * 10);
        assertEquals(RATE, measure(10_000_000_000L));
        cap.ask(20_000_000_000L, 0);
        assertEquals(RATE, measure(20_000_000_000L));
        cap.limit(30_000_000_000L, 0);
        assertTrue(cap.maySend(30_000_000_000L));
        assertEquals(0, cap.nextSendNs());
    }

    /** A peer that changes its mind with every feedback gains nothing on the limit that is not its own. */
    @Test
    void changingToAndFroGainsNothing() {
        cap.limit(0, RATE);
        long bytes = 0;
        long endNs = 2_000_000_000L;
        for (long nowNs = 0; nowNs < endNs; nowNs += 100_000) {
            cap.ask(nowNs, nowNs / 100_000 % 2 == 0 ? 1_000 : 0);
            while (cap.maySend(nowNs)) {
                cap.onSent(nowNs, DATAGRAM);
                bytes += DATAGRAM + HEADERS;
            }
        }
        assertTrue(bytes <= RATE / 8 * 2 + 3_000, bytes + " bytes");
    }

    /** A packet at a slow limit owes a long gap; a faster one lets the next go sooner. */
    @Test
    void aHigherLimitTakesEffectAtOnce() {
        cap.limit(0, 10_000);
        cap.onSent(0, DATAGRAM);
        assertTrue(cap.nextSendNs() > 1_000_000_000L);
        cap.limit(0, RATE);
        assertTrue(cap.nextSendNs() <= 1_000_000L, "next at " + cap.nextSendNs());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1, 9_999, 100_000_000_001L})
    void refusesWhatIsNoRate(long bitsPerSecond) {
        assertThrows(IllegalArgumentException.class, () -> UdtConnection.requireLimit(bitsPerSecond));
    }

    /** Bits per second of ten seconds of full-size packets, to the nearest packet. */
    private long measure(long fromNs) {
        long bits = 0;
        for (long nowNs = fromNs; nowNs < fromNs + 10_000_000_000L; nowNs = Math.max(nowNs + 1, cap.nextSendNs())) {
            if (cap.maySend(nowNs)) {
                cap.onSent(nowNs, DATAGRAM);
                bits += (DATAGRAM + HEADERS) * 8;
            }
        }
        return Math.round(bits / 10.0 / (RATE / 10.0)) * (RATE / 10);
    }
}
