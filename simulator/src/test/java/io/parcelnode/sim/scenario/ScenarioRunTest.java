package io.parcelnode.sim.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.sim.Blackout;
import io.parcelnode.sim.BurstLoss;
import io.parcelnode.sim.cross.TcpVariant;
import io.parcelnode.udt.CloseReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScenarioRunTest {
    private static final Duration RTT = Duration.ofMillis(50);
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final long RATE = 50_000_000;
    private static final long QUEUE_BYTES = 312_500;
    private static final PathPlan CLEAN = PathPlan.clean(RATE, QUEUE_BYTES);
    private static final PathPlan EVERYTHING = new PathPlan(
            RATE,
            QUEUE_BYTES,
            0.005,
            3,
            Duration.ofMillis(1),
            0.01,
            0.01,
            0.002,
            0.01,
            List.of(new Blackout(Duration.ofSeconds(3), Duration.ofMillis(3_300))),
            List.of(new RateStep(Duration.ofSeconds(6), 20_000_000)));

    /** The very same numbers on every JDK, processor and operating system: nothing here may change by itself. */
    @Test
    void tracesAreTheSameEverywhere() {
        assertEquals("148bbe17bc1cd6e9", hash(scenario(2, CLEAN, 1)));
        assertEquals("f8384bbb2243ffde", hash(scenario(2, EVERYTHING, 7)));
        Scenario beside = new Scenario(
                flows(1, TEN_SECONDS), List.of(TcpVariant.CUBIC, TcpVariant.NEW_RENO), CLEAN, TEN_SECONDS, 1);
        assertEquals("414f6fdb2be6531f", hash(beside));
    }

    @Test
    void theSameSeedGivesTheSameTraceAndAnotherSeedAnother() {
        assertEquals(hash(scenario(2, EVERYTHING, 3)), hash(scenario(2, EVERYTHING, 3)));
        assertNotEquals(hash(scenario(2, EVERYTHING, 3)), hash(scenario(2, EVERYTHING, 4)));
        assertNotEquals(hash(scenario(2, CLEAN, 3)), hash(scenario(2, CLEAN, 4)));
    }

    @Test
    void aCleanPathIsUsedAndMeasured() {
        ScenarioResult result = run(scenario(1, CLEAN, 1));

        FlowResult flow = result.flows().get(0);
        assertTrue(result.linkUse() > 0.5 && result.linkUse() <= 1, () -> "use " + result.linkUse());
        assertTrue(flow.goodputMbit() > 25 && flow.goodputMbit() < 50, () -> "goodput " + flow.goodputMbit());
        assertEquals(1, result.jain());
        assertNull(flow.closedEarly());
        // A full queue of one bandwidth-delay product takes a round trip to leave.
        assertTrue(
                result.queueDelayMsP99() > 5 && result.queueDelayMsP99() < 51, () -> "p99 " + result.queueDelayMsP99());
        assertTrue(result.virtualPackets() >= flow.bytesDelivered() / 1_456, result::toString);
        assertEquals(1_000, result.series().count());
        double arrived = 0;
        for (int i = 0; i < result.series().count(); i++) {
            arrived += result.series().rateMbit(0, i) * 0.01 * 1e6 / 8;
        }
        double bytes = arrived;
        assertTrue(bytes >= flow.bytesDelivered() && bytes < flow.bytesDelivered() + 2e6, () -> "arrived " + bytes);
    }

    @Test
    void realTimeIsTheInjectedClock() {
        long[] clockNs = {5};
        ScenarioResult result =
                new ScenarioRun(scenario(1, CLEAN, 1), () -> clockNs[0] *= 2).run((done, duration, packets) -> {});

        assertEquals(10, result.wallNs());
        assertEquals(result.virtualPackets() * 1e8, result.virtualPacketsPerSecond(), 1);
    }

    @Test
    void progressReachesTheEnd() {
        List<Duration> heard = new ArrayList<>();
        Duration odd = Duration.ofMillis(1_234);
        new ScenarioRun(new Scenario(flows(1, odd), List.of(), CLEAN, odd, 1), () -> 0)
                .run((done, duration, packets) -> heard.add(done));

        assertEquals(odd, heard.get(heard.size() - 1));
        assertTrue(heard.size() <= 1_000, () -> heard.size() + " samples");
    }

    @Test
    void flowsOfDifferentRoundTripsStartAndStopAsPlanned() {
        List<FlowPlan> plans = List.of(
                new FlowPlan(Duration.ofMillis(20), Duration.ZERO, Duration.ofSeconds(6), 0),
                new FlowPlan(Duration.ofMillis(80), Duration.ofSeconds(4), TEN_SECONDS, 0));
        TimeSeries series =
                run(new Scenario(plans, List.of(), CLEAN, TEN_SECONDS, 1)).series();

        for (int i = 0; i < series.count(); i++) {
            double seconds = series.seconds(i);
            double first = series.rateMbit(0, i);
            double second = series.rateMbit(1, i);
            assertTrue(seconds < 6.3 || first == 0, () -> "flow 1 gets " + first + " at " + seconds);
            assertTrue(seconds > 4.05 || second == 0, () -> "flow 2 gets " + second + " at " + seconds);
        }
        assertTrue(series.rateMbit(1, series.count() - 1) > 0);
    }

    @Test
    void aLimitIsKeptAndReached() {
        FlowPlan limited = new FlowPlan(RTT, Duration.ZERO, TEN_SECONDS, 8_000_000);
        FlowResult flow = run(new Scenario(List.of(limited), List.of(), CLEAN, TEN_SECONDS, 1))
                .flows()
                .get(0);

        assertTrue(flow.goodputMbit() > 7.5 && flow.goodputMbit() <= 8, () -> "goodput " + flow.goodputMbit());
    }

    @Test
    void aStepLowersTheRate() {
        PathPlan path = new PathPlan(
                RATE,
                QUEUE_BYTES,
                0,
                1,
                Duration.ZERO,
                0,
                0,
                0,
                0,
                List.of(),
                List.of(new RateStep(Duration.ofSeconds(5), 5_000_000)));
        ScenarioResult result = run(scenario(1, path, 1));

        TimeSeries series = result.series();
        for (int i = 600; i < series.count(); i++) {
            int sample = i;
            // Samples of 10 ms hold 4 packets: allow for one more.
            assertTrue(series.rateMbit(0, i) < 7.5, () -> series.rateMbit(0, sample) + " at " + series.seconds(sample));
        }
        assertTrue(result.linkUse() <= 1, () -> "use " + result.linkUse());
    }

    @Test
    void lossesInBurstsAreAsManyAsAskedFor() {
        PathPlan path = new PathPlan(RATE, QUEUE_BYTES, 0.02, 5, Duration.ZERO, 0, 0, 0, 0, List.of(), List.of());
        BurstLoss burst = path.faultsThere().burstLoss();

        assertEquals(0, path.faultsThere().lossShare());
        assertEquals(1 / 5.0, burst.endShare(), 1e-12);
        assertEquals(1, burst.lossShare());
        // Share of time in the bad state of a chain of two states.
        assertEquals(0.02, burst.beginShare() / (burst.beginShare() + burst.endShare()), 1e-12);
    }

    @Test
    void damageIsLossAndNotWrongBytes() {
        PathPlan path = new PathPlan(RATE, QUEUE_BYTES, 0, 1, Duration.ZERO, 0, 0, 0.05, 0, List.of(), List.of());
        ScenarioResult result = run(scenario(1, path, 1));

        assertTrue(result.packetsLost() > 10, () -> "lost " + result.packetsLost());
        assertTrue(result.retransmittedShare() > 0.02, () -> "resent " + result.retransmittedShare());
    }

    @Test
    void aFlowThatABlackoutEndsSaysSo() {
        Duration duration = Duration.ofSeconds(70);
        PathPlan path = new PathPlan(
                1_000_000,
                QUEUE_BYTES,
                0,
                1,
                Duration.ZERO,
                0,
                0,
                0,
                0,
                List.of(new Blackout(Duration.ofSeconds(2), duration)),
                List.of());
        ScenarioResult result = run(new Scenario(flows(1, duration), List.of(), path, duration, 1));

        assertEquals(CloseReason.PEER_SILENT, result.flows().get(0).closedEarly());
    }

    @Test
    void crossTrafficTakesItsShare() {
        ScenarioResult result =
                run(new Scenario(flows(1, TEN_SECONDS), List.of(TcpVariant.CUBIC), CLEAN, TEN_SECONDS, 1));

        assertEquals(2, result.series().flows());
        assertEquals(1, result.flows().size());
        assertTrue(result.crossMbit().get(0) > 1, () -> "cubic " + result.crossMbit());
    }

    private static String hash(Scenario scenario) {
        return Long.toHexString(run(scenario).traceHash());
    }

    private static ScenarioResult run(Scenario scenario) {
        return new ScenarioRun(scenario, () -> 0).run((done, duration, packets) -> {});
    }

    private static Scenario scenario(int flows, PathPlan path, long seed) {
        return new Scenario(flows(flows, TEN_SECONDS), List.of(), path, TEN_SECONDS, seed);
    }

    private static List<FlowPlan> flows(int count, Duration duration) {
        List<FlowPlan> plans = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            plans.add(new FlowPlan(RTT.multipliedBy(i + 1), Duration.ZERO, duration, 0));
        }
        return plans;
    }
}
