package io.parcelnode.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.UdtOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One flow over 100 Mbit/s with a round trip of 50 ms, on which a test scripts what happens. */
final class TestPath {
    static final Duration ROUND_TRIP = Duration.ofMillis(50);
    static final int PAYLOAD_BYTES = 1_456;
    static final int FIRST_SEQUENCE = 1_000_000;

    final Simulation sim = Simulation.seeded(1);
    final Link there;
    final Link back;
    final SimulatedFlow flow;
    final FlowEnd client;
    final FlowEnd server;
    /** What the ends said, in the order in which they did. */
    final List<Said> clientSaid = new ArrayList<>();

    final List<Said> serverSaid = new ArrayList<>();

    /** A packet and the time at which an engine wrote it. */
    record Said(long atNs, DirectBuffer packet, int length) {}

    TestPath() {
        this(UdtOptions.DEFAULT.withExtension(false));
    }

    TestPath(UdtOptions options) {
        LinkConditions link = LinkConditions.of(100e6, ROUND_TRIP.dividedBy(2));
        there = sim.link("there", link);
        back = sim.link("back", link);
        FlowOptions flowOptions = FlowOptions.of(options).withClientRandom(InitialSequence.of(FIRST_SEQUENCE, 1));
        flow = sim.flow(flowOptions, List.of(there), List.of(back));
        client = flow.client();
        server = flow.server();
        record(client, clientSaid);
        record(server, serverSaid);
    }

    TestPath connected() {
        runUntil(flow::isConnected, Duration.ofSeconds(5));
        return this;
    }

    void runUntil(BooleanSupplier condition, Duration atMost) {
        assertTrue(sim.runUntil(condition, atMost), sim::describe);
    }

    void completeWithin(Duration limit) {
        runUntil(flow::isComplete, limit);
    }

    /** Sends the packet again, as somebody on the path could. */
    static void repeat(FlowEnd inTheNameOf, Said said) {
        inTheNameOf.route().inject(said.packet, 0, said.length);
    }

    static List<Said> control(List<Said> said, int type) {
        return said.stream().filter(one -> Packets.isControl(one.packet, type)).toList();
    }

    static List<Said> data(List<Said> said) {
        return said.stream().filter(one -> Packets.isData(one.packet)).toList();
    }

    private static void record(FlowEnd end, List<Said> said) {
        end.tap(new EndTap() {
            @Override
            public int onSend(long nowNs, MutableDirectBuffer packet, int length) {
                byte[] copy = new byte[length];
                packet.getBytes(0, copy);
                said.add(new Said(nowNs, new UnsafeBuffer(copy), length));
                return length;
            }
        });
    }
}
