package io.parcelnode.sim.scenario;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.Congestion;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a flow of {@code bbr} makes of a path of its own that becomes faster. */
class BbrStepTest {
    private static final double PAYLOAD_SHARE = 1_456.0 / 1_500;
    private static final int STEP_SECONDS = 10;
    private static final int SECONDS = 20;

    /**
     * What it finds is its own, whoever else may pause elsewhere: it once gave all of it back at the first queue, again
     * and again.
     */
    @ParameterizedTest
    @CsvSource({"20, 1", "50, 1", "50, 2", "50, 3", "100, 1", "100, 2"})
    void aFlowAloneTakesAFasterPathAndKeepsIt(int rttMs, long seed) {
        Duration duration = Duration.ofSeconds(SECONDS);
        RateStep step = new RateStep(Duration.ofSeconds(STEP_SECONDS), 100_000_000);
        // One bandwidth-delay product of the slow path: nothing hides where the flow goes too far.
        long queueBytes = 10_000_000L / 8 * rttMs / 1_000;
        PathPlan path = new PathPlan(10_000_000, queueBytes, 0, 1, Duration.ZERO, 0, 0, 0, 0, List.of(), List.of(step));
        FlowPlan flow = new FlowPlan(Duration.ofMillis(rttMs), Duration.ZERO, duration, 0, Congestion.BBR);
        ScenarioResult result = new ScenarioRun(
                        new Scenario(List.of(flow), List.of(), path, duration, seed), System::nanoTime)
                .run((at, of, n) -> {});
        double afterStep = share(result.series(), STEP_SECONDS, SECONDS);
        double lastSeconds = share(result.series(), SECONDS - 5, SECONDS);
        String told = "seed " + seed + ": " + afterStep + " of the rate, " + lastSeconds + " in the last seconds";
        assertTrue(afterStep >= 0.6, told);
        assertTrue(lastSeconds >= 0.8, told);
    }

    private static double share(TimeSeries series, int fromSeconds, int toSeconds) {
        double mbit = 0;
        int samples = 0;
        for (int i = 0; i < series.count(); i++) {
            if (series.seconds(i) > fromSeconds && series.seconds(i) <= toSeconds) {
                mbit += series.rateMbit(0, i);
                samples++;
            }
        }
        return mbit / samples / 100 / PAYLOAD_SHARE;
    }
}
