package io.parcelnode.node.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PacerTest {
    private static final long SECOND_NS = 1_000_000_000;
    private static final double HEADERS = 1_500.0 / 1_448;

    private final Pacer pacer = new Pacer();
    private long nowNs = -7;

    /** Passes as much as it may for so long, and returns how many bytes that was. */
    private long pass(long forNs) {
        long untilNs = nowNs + forNs;
        long bytes = 0;
        while (true) {
            nowNs += pacer.waitNs(nowNs);
            if (nowNs >= untilNs) {
                return bytes;
            }
            int slice = pacer.sliceBytes();
            pacer.onPassed(nowNs, slice);
            bytes += slice;
        }
    }

    @Test
    void withoutALimitNothingWaits() {
        for (int i = 0; i < 1_000; i++) {
            assertEquals(0, pacer.waitNs(nowNs));
            pacer.onPassed(nowNs, 1 << 20);
        }
    }

    @Test
    void keepsToTheRateHeadersIncluded() {
        for (long bits : new long[] {10_000, 1_000_000, 80_000_000, 10_000_000_000L}) {
            pacer.limit(bits);
            pass(SECOND_NS);
            long bytes = pass(20 * SECOND_NS);
            assertEquals(bits * 20 / 8 / HEADERS, bytes, bits * 0.2 / 8 + 2_000, "at " + bits);
        }
    }

    @Test
    void whoWasHeldUpCatchesUpByLittle() {
        pacer.limit(80_000_000);
        pass(SECOND_NS);
        nowNs += 60 * SECOND_NS;
        long bytes = pass(SECOND_NS / 10);
        assertTrue(bytes * 8 * HEADERS <= 80e6 * 0.13 + 8 * (1 << 16), bytes + " bytes");
    }

    @Test
    void aLimitThatIsLiftedHoldsNobodyUp() {
        pacer.limit(10_000);
        pacer.onPassed(nowNs, 1 << 16);
        assertTrue(pacer.waitNs(nowNs) > SECOND_NS);
        pacer.limit(0);
        assertEquals(0, pacer.waitNs(nowNs));
    }
}
