package io.parcelnode.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.UdtOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** How much of a 100 Mbit/s link with a round trip of 50 ms the engine's own congestion control uses. */
class ThroughputTest {
    private static final double RATE = 100e6;
    private static final LinkConditions LINK = LinkConditions.of(RATE, Duration.ofMillis(25));
    private static final int SECONDS = 60;

    @Test
    void fillsACleanLink() {
        double share = shareOfOneFlow(LINK);
        report("no loss", share);
        assertTrue(share >= 0.85, "share " + share);
    }

    @Test
    void keepsMovingAtOnePercentLoss() {
        double share = shareOfOneFlow(LINK.withFaults(LinkFaults.NONE.withLossShare(0.01)));
        report("1 % loss", share);
        // What the algorithm does here is its own affair; a stall is not.
        assertTrue(share >= 0.02, "share " + share);
    }

    @Test
    void flowsShareALink() {
        Simulation sim = Simulation.seeded(7);
        Link there = sim.link("there", LINK);
        Link back = sim.link("back", LINK);
        List<SimulatedFlow> flows = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            SimulatedFlow flow = sim.flow(UdtOptions.DEFAULT, List.of(there), List.of(back));
            flow.client().send(Long.MAX_VALUE / 2);
            flows.add(flow);
        }
        sim.runFor(Duration.ofSeconds(SECONDS));
        long bytes = 0;
        for (SimulatedFlow flow : flows) {
            assertTrue(flow.server().bytesRead() > 0, sim::describe);
            bytes += flow.server().bytesRead();
        }
        double share = bytes * 8 / (RATE * SECONDS);
        report("4 flows", share);
        assertTrue(share >= 0.7, "share " + share);
    }

    /** Access links of different delay on either side of one bottleneck. */
    @Test
    void routesOfSeveralLinksShareTheirBottleneck() {
        Simulation sim = Simulation.seeded(5);
        Link bottleneck = sim.link("neck", LinkConditions.of(50e6, Duration.ofMillis(10)));
        Link back = sim.link("back", LinkConditions.of(50e6, Duration.ofMillis(10)));
        List<SimulatedFlow> flows = new ArrayList<>();
        for (int delayMs = 1; delayMs <= 16; delayMs *= 4) {
            Link access = sim.link("access" + delayMs, LinkConditions.of(1e9, Duration.ofMillis(delayMs)));
            flows.add(sim.flow(UdtOptions.DEFAULT, List.of(access, bottleneck), List.of(back)));
        }
        flows.forEach(flow -> flow.client().send(5 << 20));
        for (SimulatedFlow flow : flows) {
            assertTrue(sim.runUntil(flow::isComplete, Duration.ofSeconds(30)), sim::describe);
        }
        assertTrue(bottleneck.bytesPassed() > 15 << 20);
    }

    @Test
    void packetsDoNotPileUpInTheStore() {
        Simulation sim = Simulation.seeded(3);
        SimulatedFlow flow = sim.flow(
                UdtOptions.DEFAULT,
                List.of(sim.link("there", LINK.withFaults(LinkFaults.NONE.withDuplicateShare(0.1)))),
                List.of(sim.link("back", LINK.withFaults(LinkFaults.NONE.withLossShare(0.1)))));
        flow.client().send(5 << 20);
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofMinutes(1)), sim::describe);
        flow.client().close();
        assertTrue(sim.runUntil(flow::isClosed, Duration.ofMinutes(1)), sim::describe);
        sim.runFor(Duration.ofSeconds(1));
        assertEquals(0, sim.packets().inUse());
    }

    private static double shareOfOneFlow(LinkConditions forward) {
        Simulation sim = Simulation.seeded(7);
        SimulatedFlow flow =
                sim.flow(UdtOptions.DEFAULT, List.of(sim.link("there", forward)), List.of(sim.link("back", LINK)));
        flow.client().send(Long.MAX_VALUE / 2);
        sim.runFor(Duration.ofSeconds(SECONDS));
        return flow.server().bytesRead() * 8 / (RATE * SECONDS);
    }

    private static void report(String name, double share) {
        System.out.printf(Locale.ROOT, "%s: %.1f Mbit/s of %.0f%n", name, share * RATE / 1e6, RATE / 1e6);
    }
}
