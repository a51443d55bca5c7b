package io.parcelnode.sim.cross;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.sim.Link;
import io.parcelnode.sim.LinkConditions;
import io.parcelnode.sim.LinkFaults;
import io.parcelnode.sim.PacketFilter;
import io.parcelnode.sim.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The models against the known steady-state rates of what they model. */
class TcpFlowTest {
    private static final LinkConditions NECK = LinkConditions.of(50e6, Duration.ofMillis(20));

    /** Mathis, Semke, Mahdavi and Ott (1997), for a receiver that acknowledges each packet. */
    @ParameterizedTest
    @CsvSource({"0.005, 20", "0.003, 50", "0.001, 20", "0.001, 100", "0.0003, 50", "0.0001, 100"})
    void newRenoKeepsToTheFormulaOfMathis(double lossShare, int roundTripMs) {
        double expected = Math.sqrt(1.5 / lossShare) / (roundTripMs / 1e3);
        double periodic = rate(TcpVariant.NEW_RENO, everyNth(lossShare), roundTripMs, lossShare);
        report("NewReno, every nth lost", lossShare, roundTripMs, periodic, expected);
        double random = rate(TcpVariant.NEW_RENO, LinkFaults.NONE.withLossShare(lossShare), roundTripMs, lossShare);
        report("NewReno, random loss", lossShare, roundTripMs, random, expected);
        assertEquals(expected, periodic, expected * 0.15);
        assertEquals(expected, random, expected * 0.15);
    }

    /** RFC 9438, section 5.1; conditions under which CUBIC is above the region in which it follows Reno. */
    @ParameterizedTest
    @CsvSource({"0.0001, 100", "0.0001, 200", "0.00003, 100", "0.00001, 50", "0.00001, 100", "0.00001, 200"})
    void cubicKeepsToItsResponseFunction(double lossShare, int roundTripMs) {
        double window =
                Math.pow(0.4 * (3 + 0.7) / (4 * (1 - 0.7)), 0.25) * Math.pow(roundTripMs / 1e3 / lossShare, 0.75);
        double renoWindow = Math.sqrt(1.5 / lossShare);
        assertTrue(window > 1.1 * renoWindow, "CUBIC would follow Reno here: " + window + ", " + renoWindow);
        double expected = window / (roundTripMs / 1e3);
        double measured = rate(TcpVariant.CUBIC, everyNth(lossShare), roundTripMs, lossShare);
        report("CUBIC, every nth lost", lossShare, roundTripMs, measured, expected);
        assertEquals(expected, measured, expected * 0.2);
    }

    /** Where the cubic function is too slow, CUBIC takes what Reno takes. */
    @ParameterizedTest
    @CsvSource({"0.003, 10", "0.001, 10", "0.001, 20"})
    void cubicFollowsRenoOnShortPaths(double lossShare, int roundTripMs) {
        double expected = Math.sqrt(1.5 / lossShare) / (roundTripMs / 1e3);
        double measured = rate(TcpVariant.CUBIC, everyNth(lossShare), roundTripMs, lossShare);
        report("CUBIC on a short path", lossShare, roundTripMs, measured, expected);
        assertEquals(expected, measured, expected * 0.2);
    }

    @ParameterizedTest
    @EnumSource
    void oneFlowFillsABottleneckWithOneRoundTripOfQueue(TcpVariant variant) {
        Simulation sim = Simulation.seeded(1);
        Link neck = sim.link("neck", NECK);
        Link back = sim.link("back", NECK);
        TcpFlow flow = TcpFlow.start(sim, variant, List.of(neck), List.of(back), Duration.ZERO);
        sim.runFor(Duration.ofSeconds(60));
        double share = flow.packetsDelivered() * 8.0 * TcpFlow.PACKET_BYTES / (50e6 * 60);
        System.out.printf(Locale.ROOT, "%s alone: %.3f of the link%n", variant, share);
        assertTrue(share >= 0.9, () -> "share " + share + "\n" + sim.describe());
        assertTrue(flow.reductions() > 1, sim::describe);
    }

    @ParameterizedTest
    @CsvSource({"NEW_RENO, 0", "NEW_RENO, 700", "CUBIC, 0", "CUBIC, 700"})
    void twoFlowsShareFairly(TcpVariant variant, int secondStartMs) {
        Simulation sim = Simulation.seeded(1);
        Link neck = sim.link("neck", NECK);
        Link back = sim.link("back", NECK);
        TcpFlow one = TcpFlow.start(sim, variant, List.of(access(sim, "one"), neck), List.of(back), Duration.ZERO);
        TcpFlow two = TcpFlow.start(
                sim, variant, List.of(access(sim, "two"), neck), List.of(back), Duration.ofMillis(secondStartMs));
        sim.runFor(Duration.ofSeconds(120));
        double a = one.packetsDelivered();
        double b = two.packetsDelivered();
        double jain = (a + b) * (a + b) / (2 * (a * a + b * b));
        System.out.printf(Locale.ROOT, "%s, second after %d ms: Jain %.3f%n", variant, secondStartMs, jain);
        assertTrue(jain >= 0.95, () -> a + " and " + b + " packets, Jain " + jain);
    }

    @ParameterizedTest
    @EnumSource
    void aFlowOutlivesABlackoutAndThenStops(TcpVariant variant) {
        Simulation sim = Simulation.seeded(1);
        Link neck = sim.link("neck", NECK);
        Link back = sim.link("back", NECK);
        TcpFlow flow = TcpFlow.start(sim, variant, List.of(neck), List.of(back), Duration.ofSeconds(1));
        sim.runFor(Duration.ofSeconds(5));
        neck.conditions(NECK.withFaults(LinkFaults.NONE.withLossShare(1)));
        sim.runFor(Duration.ofSeconds(5));
        long before = flow.packetsDelivered();
        assertTrue(flow.timeouts() >= 2 && flow.timeouts() <= 3, flow.timeouts() + " timeouts in 5 s");
        neck.heal();
        sim.runFor(Duration.ofSeconds(10));
        assertTrue(flow.packetsDelivered() > before + 10_000, sim::describe);
        flow.stop();
        sim.runFor(Duration.ofSeconds(1));
        long entered = neck.packetsEntered();
        sim.runFor(Duration.ofMinutes(1));
        assertEquals(entered, neck.packetsEntered());
    }

    /** Reordered, repeated and damaged packets disturb the model's rate, not its accounts. */
    @Test
    void accountsHoldUnderEveryFault() {
        Simulation sim = Simulation.seeded(3);
        LinkFaults faults = LinkFaults.NONE
                .withLossShare(0.02)
                .withDuplicateShare(0.1)
                .withCorruptShare(0.05)
                .withTruncateShare(0.05)
                .withJitterMax(Duration.ofMillis(5));
        Link there = sim.link("there", NECK.withFaults(faults));
        Link back = sim.link("back", NECK.withFaults(faults));
        TcpFlow flow = TcpFlow.start(sim, TcpVariant.CUBIC, List.of(there), List.of(back), Duration.ZERO);
        sim.runFor(Duration.ofSeconds(60));
        assertTrue(flow.packetsDelivered() > 1_000, sim::describe);
        assertTrue(flow.packetsSent() - flow.packetsResent() >= flow.packetsDelivered(), sim::describe);
    }

    /**
     * Less than a packet's time of random delay, as hosts have. Without it whoever comes to a full queue first comes
     * first every time (Floyd and Jacobson, 1991), and which flow loses is a matter of phase.
     */
    private static Link access(Simulation sim, String name) {
        LinkFaults jitter = LinkFaults.NONE.withJitterMax(Duration.ofNanos(200_000));
        return sim.link(
                name,
                LinkConditions.of(1e9, Duration.ZERO).withQueueBytes(1 << 20).withFaults(jitter));
    }

    /** Packets per second in the steady state, on a path whose rate is no limit. */
    private static double rate(TcpVariant variant, LinkFaults faults, int roundTripMs, double lossShare) {
        Simulation sim = Simulation.seeded(1);
        LinkConditions path = LinkConditions.NONE.withOneWayDelay(Duration.ofNanos(roundTripMs * 500_000L));
        Link there = sim.link("there", path.withFaults(faults));
        Link back = sim.link("back", path);
        TcpFlow flow = TcpFlow.start(sim, variant, List.of(there), List.of(back), Duration.ZERO);
        // Slow start and its aftermath are over after a few losses.
        assertTrue(sim.runUntil(() -> flow.reductions() >= 12, Duration.ofHours(1)), sim::describe);
        long startNs = sim.nowNs();
        long startPackets = flow.packetsDelivered();
        long wanted = (long) (100 / lossShare);
        assertTrue(sim.runUntil(
                () -> flow.packetsDelivered() - startPackets >= Math.min(wanted, 1_500_000), Duration.ofHours(2)));
        return (flow.packetsDelivered() - startPackets) * 1e9 / (sim.nowNs() - startNs);
    }

    private static LinkFaults everyNth(double lossShare) {
        long n = Math.round(1 / lossShare);
        PacketFilter filter = (nowNs, index, packet, length) -> index % n == n - 1;
        return LinkFaults.NONE.withFilter(filter);
    }

    private static void report(String name, double lossShare, int roundTripMs, double measured, double expected) {
        System.out.printf(
                Locale.ROOT,
                "%s: p %.6f, RTT %d ms: %.0f packets/s, formula %.0f (%+.1f %%)%n",
                name,
                lossShare,
                roundTripMs,
                measured,
                expected,
                100 * (measured / expected - 1));
    }
}
