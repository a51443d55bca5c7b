package io.parcelnode.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.Congestion;
import io.parcelnode.udt.UdtOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a connection holds follows what the path can use, up to its options and no further. */
class BufferSizeTest {
    private static final UdtOptions OPTIONS = UdtOptions.DEFAULT
            .withCongestion(Congestion.BBR)
            .withFlightWindowPackets(1 << 17)
            .withSendBufferBytes(256 << 20);

    private final Simulation sim = Simulation.seeded(9);
    private SimulatedFlow flow;

    @Test
    void aShortPathNeedsLittle() {
        start(20e6, 10);
        sim.runFor(Duration.ofSeconds(5));
        assertTrue(held() <= 4 << 20, () -> "holds " + held() + "\n" + sim.describe());
    }

    @Test
    void aLongFastPathGetsWhatItCanUse() {
        start(500e6, 200);
        sim.runFor(Duration.ofSeconds(8));
        double bdpBytes = 500e6 / 8 * 0.2;
        // The simulated application writes just ahead of the engine, so this is what is in flight.
        assertTrue(held() >= 0.95 * bdpBytes, () -> "holds " + held() + "\n" + sim.describe());
        assertTrue(held() <= 8 * bdpBytes, () -> "holds " + held() + "\n" + sim.describe());
    }

    /** The peer is told of a large window; nothing is set aside for it before anything arrives, nor once all is read. */
    @Test
    void anIdleConnectionHoldsNextToNothing() {
        LinkConditions link = LinkConditions.of(500e6, Duration.ofMillis(10));
        flow = sim.flow(OPTIONS, List.of(sim.link("there", link)), List.of(sim.link("back", link)));
        sim.runUntil(flow::isConnected, Duration.ofSeconds(5));
        long beforeBytes = held() + flow.server().connection().bufferBytes();
        flow.client().send(100 << 20);
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofSeconds(60)), sim::describe);
        sim.runFor(Duration.ofSeconds(3));
        long afterBytes = held() + flow.server().connection().bufferBytes();
        assertTrue(beforeBytes <= 64 << 10, () -> "a new connection holds " + beforeBytes);
        assertTrue(afterBytes <= 128 << 10, () -> "an idle connection holds " + afterBytes);
    }

    /** A reader that stops: the window fills and no more, and the writer's side holds a window and what may wait. */
    @Test
    void aReaderThatStopsHoldsAWindowAndNoMore() {
        UdtOptions small = OPTIONS.withFlightWindowPackets(2_048);
        flow = sim.flow(
                FlowOptions.of(OPTIONS).withServer(small),
                List.of(sim.link("there", LinkConditions.of(500e6, Duration.ofMillis(10)))),
                List.of(sim.link("back", LinkConditions.of(500e6, Duration.ofMillis(10)))));
        flow.client().send(Long.MAX_VALUE / 2);
        flow.server().readUpTo(1 << 20);
        sim.runFor(Duration.ofSeconds(10));
        long windowBytes = 2_048 * 1_460;
        long serverBytes = flow.server().connection().bufferBytes();
        assertTrue(serverBytes <= windowBytes + (1 << 20), () -> "holds " + serverBytes + "\n" + sim.describe());
        assertTrue(held() <= 3 * windowBytes + (2 << 20), () -> "holds " + held() + "\n" + sim.describe());
    }

    private void start(double bitsPerSecond, int rttMs) {
        LinkConditions link = LinkConditions.of(bitsPerSecond, Duration.ofMillis(rttMs / 2));
        flow = sim.flow(OPTIONS, List.of(sim.link("there", link)), List.of(sim.link("back", link)));
        flow.client().send(Long.MAX_VALUE / 2);
    }

    private long held() {
        return flow.client().connection().bufferBytes();
    }
}
