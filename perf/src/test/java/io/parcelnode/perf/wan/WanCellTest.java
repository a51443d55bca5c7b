package io.parcelnode.perf.wan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WanCellTest {
    static final WanCell CELL =
            new WanCell(Duration.ofMillis(100), 500_000_000, 0.001, 1, Duration.ZERO, 6_250_000, List.of(), List.of());

    @Test
    void theIdealLosesHeadersAndLossAndNothingElse() {
        assertEquals(500 * 1456 / 1500.0 * 0.999, CELL.idealMegabitsPerSecond(), 1e-9);
    }

    @Test
    void aTransferTakesSixtyRoundTripsAtLeast() {
        long sixtyRoundTrips = (long) Math.ceil(6 * CELL.idealMegabitsPerSecond() * 1e6 / 8);

        assertEquals(sixtyRoundTrips, CELL.transferBytes(1 << 20));
        assertEquals(1L << 30, CELL.transferBytes(1L << 30));
        assertEquals(6.0, CELL.idealTime(sixtyRoundTrips).toNanos() / 1e9, 1e-6);
    }

    @Test
    void aCellSpeaksTheLanguageOfTheLinkProgram() {
        WanCell cell = new WanCell(
                Duration.ofMillis(30),
                1_500_000,
                0.0005,
                4,
                Duration.ofNanos(2_500_000),
                15_000,
                List.of(new WanCell.Blackout(Duration.ofSeconds(5), Duration.ofMillis(1500))),
                List.of(new WanCell.RateStep(Duration.ofSeconds(10), 50_000_000)));

        assertEquals(
                "--rtt 30 --rate 1.5 --queue 15000 --mtu 1500 --loss 0.05 --burst 4 --jitter 2.5"
                        + " --blackout 5:1.5 --step 10:50 --seed 7",
                String.join(" ", cell.linkOptions(7)));
        assertEquals("--rtt 30 --rate 1.5 --queue 15000 --mtu 1500", String.join(" ", cell.plainLinkOptions()));
    }

    @Test
    void theTimeLimitIsTwiceTheIdealAndAMinuteAtLeast() {
        assertEquals(Duration.ofSeconds(60), plan(null).timeoutOf(CELL));
        assertEquals(Duration.ofSeconds(5), plan(Duration.ofSeconds(5)).timeoutOf(CELL));
        WanCell slow =
                new WanCell(Duration.ofMillis(100), 50_000_000, 0, 1, Duration.ZERO, 625_000, List.of(), List.of());
        assertEquals(
                2 * (1L << 30) * 8 / (50e6 * 1456 / 1500),
                plan(null).timeoutOf(slow).toNanos() / 1e9,
                0.001);
    }

    private static WanPlan plan(Duration timeout) {
        return new WanPlan(null, List.of(CELL), java.util.Map.of(), 1, 1L << 30, timeout, 1, false);
    }
}
