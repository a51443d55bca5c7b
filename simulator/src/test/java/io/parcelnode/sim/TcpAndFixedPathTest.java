package io.parcelnode.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.Congestion;
import io.parcelnode.udt.UdtOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The two controls that people choose for a reason: to be as fair as TCP, and to be as fast as told. */
class TcpAndFixedPathTest {
    private static final double PAYLOAD_SHARE = 1_456.0 / 1_500;
    private static final double RATE = 100e6;
    private static final LinkConditions LINK = LinkConditions.of(RATE, Duration.ofMillis(10));

    private final Simulation sim = Simulation.seeded(11);

    @Test
    void tcpFillsACleanLink() {
        SimulatedFlow flow = start(Congestion.TCP, LINK);
        sim.runFor(Duration.ofSeconds(20));
        double share = mbit(flow, 20) * 1e6 / (RATE * PAYLOAD_SHARE);
        assertTrue(share >= 0.90, () -> "share " + share + "\n" + sim.describe());
    }

    /** Mathis: the window is sqrt(1.5 / loss) packets, here 12, whatever the link could carry. */
    @Test
    void tcpGivesWayToLossAsRenoDoes() {
        SimulatedFlow flow = start(Congestion.TCP, LINK.withFaults(LinkFaults.NONE.withLossShare(0.01)));
        sim.runFor(Duration.ofSeconds(60));
        double expected = StrictMath.sqrt(1.5 / 0.01) * 1_456 * 8 / 0.02 / 1e6;
        double actual = mbit(flow, 60);
        assertTrue(
                actual > 0.5 * expected && actual < 2 * expected,
                () -> actual + " Mbit/s, expected about " + expected + "\n" + sim.describe());
    }

    @Test
    void twoOfTcpShareALink() {
        Link there = sim.link("there", LINK);
        Link back = sim.link("back", LINK);
        SimulatedFlow one = start(Congestion.TCP, there, back);
        SimulatedFlow other = start(Congestion.TCP, there, back);
        sim.runFor(Duration.ofSeconds(60));
        double ratio = (double) one.server().bytesRead() / other.server().bytesRead();
        assertTrue(ratio > 0.5 && ratio < 2, () -> "ratio " + ratio + "\n" + sim.describe());
    }

    @Test
    void fixedKeepsItsRateWhateverIsLost() {
        SimulatedFlow flow = start(Congestion.fixed(40_000_000), LINK.withFaults(LinkFaults.NONE.withLossShare(0.1)));
        sim.runFor(Duration.ofSeconds(20));
        double sentMbit = flow.client().stats().packetsSent() * 1_500 * 8 / 20e6;
        assertEquals(40, sentMbit, 0.8, sim::describe);
        assertEquals(40 * 0.9 * PAYLOAD_SHARE, mbit(flow, 20), 1, sim::describe);
    }

    @Test
    void fixedIsHeldBackByThePeersWindowAlone() {
        Link there = sim.link("there", LINK);
        UdtOptions options =
                UdtOptions.DEFAULT.withCongestion(Congestion.fixed(80_000_000)).withFlightWindowPackets(64);
        SimulatedFlow flow = sim.flow(options, List.of(there), List.of(sim.link("back", LINK)));
        flow.client().send(Long.MAX_VALUE / 2);
        flow.server().readUpTo(0);
        sim.runFor(Duration.ofSeconds(5));
        assertTrue(flow.client().stats().packetsInFlight() <= 64, sim::describe);
        assertTrue(flow.server().bytesReceived() <= 64 * 1_456, sim::describe);
    }

    private SimulatedFlow start(Congestion congestion, LinkConditions conditions) {
        return start(congestion, sim.link("there", conditions), sim.link("back", LINK));
    }

    private SimulatedFlow start(Congestion congestion, Link there, Link back) {
        SimulatedFlow flow = sim.flow(UdtOptions.DEFAULT.withCongestion(congestion), List.of(there), List.of(back));
        flow.client().send(Long.MAX_VALUE / 2);
        return flow;
    }

    private static double mbit(SimulatedFlow flow, int seconds) {
        return flow.server().bytesRead() * 8 / 1e6 / seconds;
    }
}
