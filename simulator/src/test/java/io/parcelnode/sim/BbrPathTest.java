package io.parcelnode.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.Congestion;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.UdtStats;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the model-based congestion control and our own feedback make of paths on which UDT's rules crawl. */
class BbrPathTest {
    private static final double PAYLOAD_SHARE = 1_456.0 / 1_500;
    private static final UdtOptions OPTIONS = UdtOptions.DEFAULT
            .withCongestion(Congestion.BBR)
            .withFlightWindowPackets(1 << 17)
            .withSendBufferBytes(128 << 20);
    private static final Duration RUN = Duration.ofSeconds(20);

    @ParameterizedTest
    @CsvSource({
        "50, 20, 0, 0.95",
        "50, 20, 0.05, 0.90",
        "100, 100, 0, 0.92",
        "100, 100, 0.001, 0.92",
        "100, 100, 0.01, 0.90",
        "100, 100, 0.05, 0.85",
        "50, 300, 0.01, 0.75",
    })
    void fillsALossyPath(double rateMbit, int rttMs, double lossShare, double least) {
        Run run = run(rateMbit, rttMs, 1, LinkFaults.NONE.withLossShare(lossShare));
        assertTrue(run.share() / (1 - lossShare) >= least, run::toString);
        assertTrue(run.resentShare() <= lossShare + 0.01, run::toString);
    }

    @Test
    void lossInBurstsIsLossAllTheSame() {
        Run run = run(100, 50, 1, LinkFaults.NONE.withBurstLoss(new BurstLoss(0.01 / 0.99 / 32, 1.0 / 32, 1)));
        assertTrue(run.share() >= 0.85, run::toString);
    }

    @Test
    void disorderIsNotTakenForLoss() {
        Run run = run(100, 40, 1, LinkFaults.NONE.withJitterMax(Duration.ofMillis(10)));
        assertTrue(run.share() >= 0.75, run::toString);
        assertTrue(run.resentShare() <= 0.02, run::toString);
    }

    @ParameterizedTest
    @CsvSource({"20", "50", "100"})
    void aShallowQueueIsEnough(int rttMs) {
        Run run = run(100, rttMs, 0.1, LinkFaults.NONE);
        assertTrue(run.share() >= 0.90, run::toString);
        assertTrue(run.resentShare() <= 0.03, run::toString);
    }

    @Test
    void aDeepQueueStaysNearlyEmpty() {
        Run run = run(100, 50, 4, LinkFaults.NONE);
        assertTrue(run.share() >= 0.90, run::toString);
        assertTrue(run.stats().rttP50Micros() <= 50_000 + 10_000, run::toString);
    }

    @ParameterizedTest
    @CsvSource({"20", "100"})
    void goesOnAtFullRateWhenADarkPathIsBack(int rttMs) {
        Simulation sim = Simulation.seeded(3);
        Blackout dark = new Blackout(Duration.ofSeconds(5), Duration.ofSeconds(10));
        LinkConditions link = conditions(100, rttMs, 1, LinkFaults.NONE.withBlackouts(List.of(dark)));
        SimulatedFlow flow = sim.flow(OPTIONS, List.of(sim.link("there", link)), List.of(sim.link("back", link)));
        flow.client().send(Long.MAX_VALUE / 2);
        // Three round trips, and what is under way to the reader.
        sim.runFor(Duration.ofMillis(10_000 + 7L * rttMs / 2));
        long before = flow.server().bytesRead();
        sim.runFor(Duration.ofSeconds(2));
        double share = (flow.server().bytesRead() - before) * 8 / (100e6 * 2 * PAYLOAD_SHARE);
        assertTrue(share >= 0.85, () -> "share " + share + "\n" + sim.describe());
    }

    @Test
    void noticesSoonThatADarkPathIsBack() {
        int rttMs = 20;
        for (int laterMs = 0; laterMs < 40; laterMs += 3) { // Wherever between two probes that is.
            Simulation sim = Simulation.seeded(3);
            Duration end = Duration.ofMillis(8_000 + laterMs);
            Blackout dark = new Blackout(Duration.ofSeconds(3), end);
            LinkConditions link = conditions(100, rttMs, 1, LinkFaults.NONE.withBlackouts(List.of(dark)));
            SimulatedFlow flow = sim.flow(OPTIONS, List.of(sim.link("there", link)), List.of(sim.link("back", link)));
            flow.client().send(Long.MAX_VALUE / 2);
            sim.runFor(end.plusMillis(5L * rttMs / 2));
            long before = flow.server().bytesRead();
            sim.runFor(Duration.ofMillis(rttMs));
            double share = (flow.server().bytesRead() - before) * 8 / (100e3 * rttMs * PAYLOAD_SHARE);
            assertTrue(share >= 0.8, () -> "dark " + dark + ", share " + share + "\n" + sim.describe());
        }
    }

    @Test
    void littleIsSentIntoTheDark() {
        Simulation sim = Simulation.seeded(3);
        Blackout dark = new Blackout(Duration.ofSeconds(5), Duration.ofSeconds(10));
        LinkConditions link = conditions(100, 100, 1, LinkFaults.NONE.withBlackouts(List.of(dark)));
        SimulatedFlow flow = sim.flow(OPTIONS, List.of(sim.link("there", link)), List.of(sim.link("back", link)));
        flow.client().send(Long.MAX_VALUE / 2);
        sim.runFor(Duration.ofSeconds(15));
        UdtStats stats = flow.client().stats();
        // What was under way when it became dark, and two probes each half round trip after that.
        assertTrue(stats.packetsRetransmitted() < 2_500, () -> stats + "\n" + sim.describe());
    }

    @Test
    void aPlainPeerIsServedByTheSameModel() {
        Simulation sim = Simulation.seeded(3);
        LinkConditions link = conditions(100, 50, 1, LinkFaults.NONE.withLossShare(0.001));
        SimulatedFlow flow = sim.flow(
                FlowOptions.of(OPTIONS).withServer(OPTIONS.withExtension(false)),
                List.of(sim.link("there", link)),
                List.of(sim.link("back", conditions(100, 50, 1, LinkFaults.NONE))));
        flow.client().send(Long.MAX_VALUE / 2);
        sim.runFor(RUN);
        double share = flow.server().bytesRead() * 8 / (100e6 * RUN.toSeconds() * PAYLOAD_SHARE);
        assertTrue(share >= 0.5, () -> "share " + share + "\n" + sim.describe());
    }

    private static Run run(double rateMbit, int rttMs, double queueBdp, LinkFaults faults) {
        Simulation sim = Simulation.seeded(7);
        LinkConditions there = conditions(rateMbit, rttMs, queueBdp, faults);
        LinkConditions back = conditions(rateMbit, rttMs, queueBdp, LinkFaults.NONE);
        SimulatedFlow flow = sim.flow(OPTIONS, List.of(sim.link("there", there)), List.of(sim.link("back", back)));
        flow.client().send(Long.MAX_VALUE / 2);
        sim.runFor(RUN);
        double ideal = rateMbit * 1e6 * RUN.toSeconds() * PAYLOAD_SHARE;
        return new Run(flow.server().bytesRead() * 8 / ideal, flow.client().stats());
    }

    private static LinkConditions conditions(double rateMbit, int rttMs, double queueBdp, LinkFaults faults) {
        int queueBytes = (int) Math.max(30_000, rateMbit * 1e6 / 8 * rttMs / 1e3 * queueBdp);
        return LinkConditions.of(rateMbit * 1e6, Duration.ofMillis(rttMs).dividedBy(2))
                .withQueueBytes(queueBytes)
                .withFaults(faults);
    }

    private record Run(double share, UdtStats stats) {
        double resentShare() {
            return (double) stats.packetsRetransmitted() / stats.packetsSent();
        }
    }
}
