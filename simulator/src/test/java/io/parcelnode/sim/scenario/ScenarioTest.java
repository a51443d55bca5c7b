package io.parcelnode.sim.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.UdtOptions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioTest {
    @ParameterizedTest
    @CsvSource({"100, 1", "1000, 1", "1001, 2", "3000, 5", "7000, 10", "10000, 10", "60000, 100", "1400000, 2000"})
    void samplesAtMostAThousandTimes(long durationMs, long intervalMs) {
        assertEquals(
                Duration.ofMillis(intervalMs), of(1, 1_000_000, 100, durationMs).sampleInterval());
    }

    @Test
    void memoryGrowsWithWindowsAndFlows() {
        long one = of(1, 1_000_000_000, 100, 1_000).memoryBytes();
        long eight = of(8, 1_000_000_000, 100, 1_000).memoryBytes();
        long fast = of(1, 10_000_000_000L, 100, 1_000).memoryBytes();

        assertTrue(one > 50 << 20 && one < 250 << 20, () -> "one " + one);
        assertTrue(eight > one + 7 * (25 << 20), () -> "eight " + eight);
        assertTrue(fast > 500 << 20, () -> "fast " + fast);
    }

    @Test
    void refusesWhatNoHeapWouldHold() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> of(1, 100_000_000_000L, 1_000, 1_000).memoryBytes());

        assertTrue(refused.getMessage().contains("window"), refused::getMessage);
    }

    @Test
    void aLossyPathHasAllTheWindowThatTheEngineTakesAndNoMore() {
        Scenario clean = of(1, 10_000_000_000L, 300, 1_000);
        PathPlan path = clean.path();
        PathPlan lossy = new PathPlan(
                path.rateBitsPerSecond(), path.queueBytes(), 0.05, 1, Duration.ZERO, 0, 0, 0, 0, List.of(), List.of());
        Scenario scenario = new Scenario(clean.flows(), List.of(), lossy, clean.duration(), 1);

        assertEquals(
                UdtOptions.SEND_BUFFER_MAX_BYTES,
                scenario.options(scenario.flows().get(0)).sendBufferBytes());
        assertTrue(clean.options(clean.flows().get(0)).sendBufferBytes() < 1 << 30);
        assertTrue(scenario.memoryBytes() > clean.memoryBytes());
    }

    @Test
    void jainIsOneForEqualsAndOneNthForOneThatHasAll() {
        assertEquals(1, ScenarioResult.jain(List.of(got(5), got(5), got(5))), 1e-12);
        assertEquals(0.25, ScenarioResult.jain(List.of(got(0), got(0), got(8), got(0))), 1e-12);
        assertEquals(1, ScenarioResult.jain(List.of(got(0))));
    }

    @Test
    void refusesContradictions() {
        Duration second = Duration.ofSeconds(1);
        FlowPlan flow = new FlowPlan(second, Duration.ZERO, second, 0);
        PathPlan path = PathPlan.clean(1_000_000, 10_000);

        assertThrows(IllegalArgumentException.class, () -> new FlowPlan(second, second, second, 0));
        assertThrows(IllegalArgumentException.class, () -> new Scenario(List.of(), List.of(), path, second, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Scenario(List.of(flow), List.of(), path, Duration.ofMillis(1), 1));
        assertThrows(IllegalArgumentException.class, () -> PathPlan.clean(1, 10_000));
        assertThrows(IllegalArgumentException.class, () -> PathPlan.clean(1_000_000, 10));
        assertThrows(IllegalArgumentException.class, () -> new RateStep(second, 1));
    }

    private static FlowResult got(double mbit) {
        return new FlowResult(null, mbit, 0, 0, 0, null);
    }

    private static Scenario of(int flows, long rate, long rttMs, long durationMs) {
        Duration duration = Duration.ofMillis(durationMs);
        FlowPlan plan = new FlowPlan(Duration.ofMillis(rttMs), Duration.ZERO, duration, 0);
        long queueBytes = Math.min(PathPlan.QUEUE_MAX_BYTES, Math.max(15_000, rate / 8 * rttMs / 1_000));
        return new Scenario(Collections.nCopies(flows, plan), List.of(), PathPlan.clean(rate, queueBytes), duration, 1);
    }
}
