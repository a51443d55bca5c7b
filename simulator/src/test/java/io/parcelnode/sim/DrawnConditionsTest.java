package io.parcelnode.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.UdtOptions;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the links drop, repeat or reorder, each reader gets the writer's bytes once and in order. */
class DrawnConditionsTest {
    private static final UdtOptions PATIENT =
            UdtOptions.DEFAULT.withConnectTimeout(Duration.ofMinutes(2)).withLingerTimeout(Duration.ofMinutes(1));

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void deliversEveryByteOnceAndInOrder(long seed) {
        Simulation sim = Simulation.seeded(seed);
        SimulatedFlow flow = drawnFlow(sim, FlowOptions.of(PATIENT));

        // The applications check each byte as it comes; with the faults on, only safety is asked for.
        sim.runFor(Duration.ofSeconds(10));
        assertNull(flow.client().closeReason(), sim::describe);
        assertNull(flow.server().closeReason(), sim::describe);
        flow.links().forEach(Link::heal);
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofMinutes(1)), sim::describe);

        flow.client().close();
        assertTrue(sim.runUntil(flow::isClosed, Duration.ofSeconds(20)), sim::describe);
        assertEquals(CloseReason.LOCAL_CLOSE, flow.client().closeReason(), sim::describe);
        assertEquals(CloseReason.PEER_SHUTDOWN, flow.server().closeReason(), sim::describe);
        assertTrue(flow.server().hasReadToEnd(), sim::describe);
    }

    /** Small windows, small datagrams, small buffers, and a reader that pauses. */
    @ParameterizedTest
    @MethodSource("seeds")
    void deliversWithAnyLimits(long seed) {
        Simulation sim = Simulation.seeded(seed);
        SplittableRandom random = sim.random("limits");
        SimulatedFlow flow = drawnFlow(sim, drawnOptions(random));
        flow.server().readUpTo(random.nextInt(300_000));
        sim.after(Duration.ofMillis(random.nextInt(20_000)), () -> flow.server().readUpTo(Long.MAX_VALUE));

        sim.runFor(Duration.ofSeconds(10));
        flow.links().forEach(Link::heal);
        // 64 packets of 92 bytes per round trip of half a second take their time.
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofMinutes(10)), sim::describe);
    }

    /** Whoever closes while faults are on still hands over everything, or does not claim to have closed. */
    @ParameterizedTest
    @MethodSource("seeds")
    void closingAmidFaultsLosesNothing(long seed) {
        Simulation sim = Simulation.seeded(seed);
        SimulatedFlow flow = drawnFlow(sim, FlowOptions.of(PATIENT));
        sim.after(Duration.ofMillis(sim.random("closing").nextInt(10_000)), flow.client()::close);
        sim.runFor(Duration.ofSeconds(10));
        flow.links().forEach(Link::heal);
        assertTrue(sim.runUntil(flow::isClosed, Duration.ofMinutes(2)), sim::describe);
        assertEquals(CloseReason.LOCAL_CLOSE, flow.client().closeReason(), sim::describe);
        assertEquals(flow.client().bytesToSend(), flow.server().bytesRead(), sim::describe);
        assertTrue(flow.server().hasReadToEnd(), sim::describe);
    }

    /** The engines may count nonsense and break off, but not throw, spin, or let a packet leak. */
    @ParameterizedTest
    @MethodSource("seeds")
    void damagedControlPacketsNeverThrow(long seed) {
        Simulation sim = Simulation.seeded(seed);
        LinkConditions damaging = LinkConditions.of(50e6, Duration.ofMillis(10))
                .withFaults(LinkFaults.NONE.withCorruptShare(0.3).withTruncateShare(0.3));
        Link there = sim.link("there", LinkConditions.of(50e6, Duration.ofMillis(10)));
        SimulatedFlow flow = sim.flow(PATIENT, List.of(there), List.of(sim.link("back", damaging)));
        flow.client().send(1 << 20);
        sim.runFor(Duration.ofSeconds(20));
        assertTrue(flow.client().stats().packetsSent() >= 0, sim::describe);
    }

    @Test
    void aSeedRepeatsExactly() {
        for (long seed = 0; seed < 5; seed++) {
            assertEquals(digest(seed), digest(seed), "seed " + seed);
        }
    }

    private static long digest(long seed) {
        Simulation sim = Simulation.seeded(seed);
        drawnFlow(sim, FlowOptions.of(PATIENT));
        sim.runFor(Duration.ofSeconds(10));
        return sim.digest();
    }

    private static SimulatedFlow drawnFlow(Simulation sim, FlowOptions options) {
        SplittableRandom random = sim.random("conditions");
        Link there = sim.link("there", LinkConditions.draw(random));
        Link back = sim.link("back", LinkConditions.draw(random));
        SimulatedFlow flow = sim.flow(options, List.of(there), List.of(back));
        flow.client().send(random.nextLong(2 << 20));
        flow.server().send(random.nextInt(2) * random.nextLong(1 << 20));
        return flow;
    }

    private static FlowOptions drawnOptions(SplittableRandom random) {
        return FlowOptions.of(drawnLimits(random)).withServer(drawnLimits(random));
    }

    private static UdtOptions drawnLimits(SplittableRandom random) {
        return PATIENT.withMtuBytes(random.nextInt(3) == 0 ? random.nextInt(92, 1_501) : 1_500)
                .withFlightWindowPackets(1 << random.nextInt(5, 14))
                .withSendBufferBytes(1 << random.nextInt(16, 24));
    }
}
