package io.parcelnode.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.DataHeader;
import io.parcelnode.udt.wire.PacketHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets that neither side sent, or that were sent long ago. */
class HostilePacketsTest {
    private static final LinkConditions LINK = LinkConditions.of(100e6, Duration.ofMillis(10));

    /** Somebody who knows the socket IDs but not the sequence numbers sends nonsense of every type. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void garbageNeitherThrowsNorHarms(long seed) {
        Simulation sim = Simulation.seeded(seed);
        SimulatedFlow flow = connected(sim);
        SplittableRandom random = sim.random("garbage");
        UnsafeBuffer packet = new UnsafeBuffer(new byte[128]);
        flow.client().send(8 << 20);
        flow.server().send(8 << 20);
        while (!flow.isComplete() && sim.nowNs() < 60_000_000_000L) {
            FlowEnd from = random.nextBoolean() ? flow.client() : flow.server();
            FlowEnd to = from == flow.client() ? flow.server() : flow.client();
            byte[] bytes = new byte[128];
            random.nextBytes(bytes);
            packet.putBytes(0, bytes);
            // Type 5 is left to the test of forged Shutdowns, data to the test of replays: any data may be believed.
            int type = random.nextInt(9);
            int destination = random.nextInt(10) == 0 ? 0 : to.socketId();
            ControlHeader.write(packet, 0, type == ControlHeader.SHUTDOWN ? 9 : type, random.nextInt(), destination);
            from.route().inject(packet, 0, random.nextInt(129));
            sim.runFor(Duration.ofNanos(random.nextInt(400_000)));
        }
        assertTrue(flow.isComplete(), sim::describe);
        assertNull(flow.client().closeReason(), sim::describe);
        assertNull(flow.server().closeReason(), sim::describe);
    }

    /** Every data packet comes again much later, when its number lies far behind. */
    @Test
    void replayedDataIsNotDeliveredAgain() {
        Simulation sim = Simulation.seeded(1);
        SimulatedFlow flow = connected(sim);
        List<byte[]> recorded = new ArrayList<>();
        Link there = flow.links().get(0);
        there.conditions(LINK.withFaults(LinkFaults.NONE.withFilter((nowNs, index, packet, length) -> {
            byte[] copy = new byte[length];
            packet.getBytes(0, copy);
            recorded.add(copy);
            return false;
        })));
        flow.client().send(1 << 20);
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofSeconds(10)), sim::describe);
        there.conditions(LINK);
        for (byte[] packet : recorded) {
            flow.client().route().inject(new UnsafeBuffer(packet), 0, packet.length);
            sim.runFor(Duration.ofMillis(1));
        }
        flow.client().send(1 << 20);
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofSeconds(10)), sim::describe);
        assertEquals(2 << 20, flow.server().bytesRead());
    }

    @Test
    void dataBeyondTheWindowIsIgnored() {
        Simulation sim = Simulation.seeded(1);
        SimulatedFlow flow = connected(sim);
        UnsafeBuffer packet = new UnsafeBuffer(new byte[PacketHeader.LENGTH + 100]);
        for (int sequence = 1; sequence > 0; sequence += 1 << 24) {
            DataHeader.write(packet, 0, sequence, 1, 0, flow.server().socketId());
            flow.client().route().inject(packet, 0, packet.capacity());
        }
        flow.client().send(1 << 20);
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofSeconds(10)), sim::describe);
    }

    private static SimulatedFlow connected(Simulation sim) {
        SimulatedFlow flow =
                sim.flow(UdtOptions.DEFAULT, List.of(sim.link("there", LINK)), List.of(sim.link("back", LINK)));
        assertTrue(sim.runUntil(flow::isConnected, Duration.ofSeconds(5)), sim::describe);
        return flow;
    }
}
