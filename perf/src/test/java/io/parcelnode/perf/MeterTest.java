package io.parcelnode.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MeterTest {
    private static final long MS = 1_000_000;

    private final List<String> lines = new ArrayList<>();

    @Test
    void countsOnlyWhatMovesAfterTheWarmUp() {
        Meter meter = new Meter(
                new MeasuredWindow(Duration.ofMillis(100), Duration.ofMillis(200), MeasuredWindow.NO_BYTES),
                lines::add);

        meter.count(0, () -> 5, 1_000);
        meter.count(100 * MS, () -> 7, 1_000);
        meter.count(200 * MS, () -> 8, 30);
        meter.count(301 * MS, () -> 17, 12);
        meter.count(400 * MS, () -> 99, 1_000);

        assertEquals(List.of("progress 1000", "result 42 201000000 10"), lines);
    }

    @Test
    void endsAfterTheBytesWhenTheyAreGiven() {
        Meter meter = new Meter(new MeasuredWindow(Duration.ZERO, Duration.ofMillis(1), 50), lines::add);

        meter.count(0, () -> 0, 1_000);
        meter.count(500 * MS, () -> 0, 49);
        assertEquals(List.of("progress 1000"), lines);
        meter.count(600 * MS, () -> 3, 1);
        assertEquals(List.of("progress 1000", "result 50 600000000 3"), lines);
    }

    @Test
    void aWindowSurvivesTheWayToTheChild() {
        MeasuredWindow window = new MeasuredWindow(MeasuredWindow.WARM_UP, Duration.ofSeconds(5), 1 << 30);

        assertEquals(window, MeasuredWindow.parse(window.format()));
    }
}
