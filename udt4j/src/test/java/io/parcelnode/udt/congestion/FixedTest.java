package io.parcelnode.udt.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parcelnode.udt.Congestion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FixedTest {
    @Test
    void nothingChangesTheRate() {
        Fixed fixed = new Fixed(120_000_000, 1_500);
        assertEquals(100_000, fixed.sendPeriodNs());
        fixed.onLoss(0, 3, 1_000);
        fixed.onTimeout(0);
        fixed.onDelivered(new Delivery());
        assertEquals(100_000, fixed.sendPeriodNs());
        assertEquals(Integer.MAX_VALUE, fixed.windowPackets());
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, 0, 9_999, 100_000_000_001L})
    void aRateOutsideItsBoundsIsRefused(long bitsPerSecond) {
        assertThrows(IllegalArgumentException.class, () -> Congestion.fixed(bitsPerSecond));
    }

    @Test
    void onlyFixedTakesARate() {
        assertThrows(IllegalArgumentException.class, () -> new Congestion(Congestion.Algorithm.BBR, 1_000_000));
    }
}
