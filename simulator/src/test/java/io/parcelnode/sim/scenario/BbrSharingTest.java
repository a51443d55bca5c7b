package io.parcelnode.sim.scenario;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.sim.cross.TcpVariant;
import io.parcelnode.udt.Congestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What flows of {@code bbr} leave to each other and to TCP. */
class BbrSharingTest {
    private static final long SEED = 11;

    @ParameterizedTest
    @CsvSource({"20, 4", "100, 2", "100, 8"})
    void equalFlowsAreEqual(int rttMs, int flows) {
        ScenarioResult result = run(50, 1, 40, List.of(), repeat(rttMs, flows));
        assertTrue(result.jain() >= 0.97, () -> describe(result));
        assertTrue(result.linkUse() >= 0.9, () -> describe(result));
    }

    /** One of them once took what the others paused to send, and kept a third of the path. */
    @ParameterizedTest
    @CsvSource({"2", "8"})
    void manyRoundTripsShareOnePath(long seed) {
        int[] rttsMs = {10, 20, 40, 60, 80, 100, 150, 200};
        ScenarioResult result = run(100, 1, 60, List.of(), rttsMs, seed);
        assertTrue(result.jain() >= 0.93, () -> describe(result));
        assertTrue(result.linkUse() >= 0.98, () -> describe(result));
        assertTrue(result.queueDelayMsP50() <= 15, () -> describe(result));
    }

    @ParameterizedTest
    @CsvSource({"10, 100", "20, 200", "10, 200"})
    void aLongRoundTripIsNoAdvantage(int shortMs, int longMs) {
        ScenarioResult result = run(50, 1, 60, List.of(), new int[] {shortMs, longMs});
        assertTrue(result.jain() >= 0.85, () -> describe(result));
    }

    @Test
    void aDeepQueueStaysShortWithSeveralFlows() {
        ScenarioResult result = run(50, 4, 40, List.of(), repeat(40, 3));
        assertTrue(result.queueDelayMsP50() <= 25, () -> describe(result));
    }

    /** The pauses of some, to see the path empty, must not pass for room that is free: {@code Growth}. */
    @Test
    void ownFlowsAreNotTakenForCompetitors() {
        ScenarioResult result = run(100, 4, 60, List.of(), repeat(20, 8));
        assertTrue(result.jain() >= 0.97, () -> describe(result));
    }

    /** Beside another CUBIC flow it would have half of the link; 40% of that is the least it may keep. */
    @ParameterizedTest
    @CsvSource({"10, 1", "50, 1", "100, 1", "50, 2", "20, 4"})
    void cubicKeepsItsPartAndWeKeepOurs(int rttMs, double queueBdp) {
        ScenarioResult result = run(50, queueBdp, 60, List.of(TcpVariant.CUBIC), new int[] {rttMs});
        double cubic = result.crossMbit().get(0);
        double ours = result.flows().get(0).goodputMbit();
        assertTrue(cubic >= 0.4 * 48.5 / 2, () -> describe(result));
        assertTrue(ours >= 0.2 * 48.5 / 2, () -> describe(result));
    }

    private static String describe(ScenarioResult result) {
        StringBuilder text = new StringBuilder("seed " + result.scenario().seed() + ", Mbit/s:");
        result.flows().forEach(flow -> text.append(' ').append(flow.goodputMbit()));
        return text + ", TCP " + result.crossMbit() + ", Jain " + result.jain() + ", queue p50 "
                + result.queueDelayMsP50() + " ms, p99 " + result.queueDelayMsP99() + " ms";
    }

    private static int[] repeat(int rttMs, int flows) {
        int[] all = new int[flows];
        Arrays.fill(all, rttMs);
        return all;
    }

    private static ScenarioResult run(
            int rateMbit, double queueBdp, int seconds, List<TcpVariant> cross, int[] rttsMs) {
        return run(rateMbit, queueBdp, seconds, cross, rttsMs, SEED);
    }

    private static ScenarioResult run(
            int rateMbit, double queueBdp, int seconds, List<TcpVariant> cross, int[] rttsMs, long seed) {
        Duration duration = Duration.ofSeconds(seconds);
        List<FlowPlan> flows = new ArrayList<>();
        int longestMs = 0;
        for (int rttMs : rttsMs) {
            flows.add(new FlowPlan(Duration.ofMillis(rttMs), Duration.ZERO, duration, 0, Congestion.BBR));
            longestMs = Math.max(longestMs, rttMs);
        }
        long rate = rateMbit * 1_000_000L;
        PathPlan path = PathPlan.clean(rate, (long) (rate / 8 * longestMs / 1e3 * queueBdp));
        return new ScenarioRun(new Scenario(flows, cross, path, duration, seed), System::nanoTime)
                .run((at, of, n) -> {});
    }
}
