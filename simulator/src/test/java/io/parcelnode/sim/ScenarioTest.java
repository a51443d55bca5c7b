package io.parcelnode.sim;

import static io.parcelnode.sim.Packets.drop;
import static io.parcelnode.sim.Packets.first;
import static io.parcelnode.sim.Packets.isControl;
import static io.parcelnode.sim.Packets.isData;
import static io.parcelnode.sim.Packets.isHandshake;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.DataHeader;
import io.parcelnode.udt.wire.HandshakeBody;
import java.time.Duration;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Scripted faults on a 100 Mbit/s path with a round trip of 50 ms. */
class ScenarioTest {
    private static final Duration ONE_WAY = Duration.ofMillis(25);
    private static final LinkConditions LINK = LinkConditions.of(100e6, ONE_WAY);
    private static final long RTT_NS = 2 * ONE_WAY.toNanos();
    private static final int PAYLOAD_BYTES = 1_456;

    private final Simulation sim = Simulation.seeded(1);
    private final Link there = sim.link("there", LINK);
    private final Link back = sim.link("back", LINK);

    @Test
    void handshakeTakesTwoRoundTrips() {
        SimulatedFlow flow = flow();
        assertTrue(sim.runUntil(flow::isConnected, Duration.ofSeconds(1)), sim::describe);
        assertTrue(flow.client().connectedNs() < 2 * RTT_NS + 1_000_000, sim::describe);
    }

    @Test
    void aLostFirstRequestIsRepeated() {
        drop(there, first(isHandshake(HandshakeBody.REQUEST)));
        assertConnectsWithin(Duration.ofMillis(400));
    }

    @Test
    void aLostChallengeIsAskedForAgain() {
        drop(back, first(isHandshake(HandshakeBody.REQUEST)));
        assertConnectsWithin(Duration.ofMillis(400));
    }

    @Test
    void aLostRequestWithACookieIsRepeated() {
        drop(there, first(isHandshake(HandshakeBody.RESPONSE)));
        assertConnectsWithin(Duration.ofMillis(450));
    }

    @Test
    void aLostResponseIsAskedForAgain() {
        drop(back, first(isHandshake(HandshakeBody.RESPONSE)));
        assertConnectsWithin(Duration.ofMillis(450));
    }

    /** Found by drawn conditions: it made a connection that nobody had asked for. */
    @Test
    void aHandshakeThatComesAgainAfterTheCloseIsNotAnswered() {
        byte[] request = new byte[64];
        drop(there, (nowNs, index, packet, length) -> {
            if (isHandshake(HandshakeBody.RESPONSE).drops(nowNs, index, packet, length)) {
                packet.getBytes(0, request);
            }
            return false;
        });
        SimulatedFlow flow = connected();
        flow.client().close();
        assertTrue(sim.runUntil(flow::isClosed, Duration.ofSeconds(5)), sim::describe);
        long answers = back.packetsEntered();
        flow.client().route().inject(new UnsafeBuffer(request), 0, request.length);
        sim.runFor(Duration.ofSeconds(5));
        assertEquals(answers, back.packetsEntered(), sim::describe);
        assertTrue(flow.server().isClosed(), sim::describe);
    }

    @Test
    void aLostLastPacketIsSentAgain() {
        int last = 100;
        drop(there, first((nowNs, index, packet, length) -> isData(packet) && length < 500));
        SimulatedFlow flow = flow();
        flow.client().send(last * (long) PAYLOAD_BYTES + 100);
        assertTrue(sim.runUntil(() -> remaining(flow) == 100, Duration.ofSeconds(2)), sim::describe);
        long lostNs = sim.nowNs();
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofSeconds(10)), sim::describe);
        assertWithinRoundTrips(5, lostNs);
    }

    @Test
    void aLostRetransmissionIsSentAgain() {
        int[] lost = {-1, 0};
        long[] lostNs = new long[1];
        drop(there, (nowNs, index, packet, length) -> {
            if (!isData(packet) || lost[1] == 2 || index < 50) {
                return false;
            }
            int sequence = DataHeader.sequence(packet, 0);
            if (lost[0] < 0 || lost[0] == sequence) {
                lost[0] = sequence;
                lost[1]++;
                lostNs[0] = nowNs;
                return true;
            }
            return false;
        });
        SimulatedFlow flow = flow();
        flow.client().send(200L * PAYLOAD_BYTES);
        assertTrue(sim.runUntil(() -> lost[1] == 2, Duration.ofSeconds(10)), sim::describe);
        // One round trip after the first loss everything before the gap has long been read.
        long gapBytes = flow.server().bytesRead();
        assertTrue(sim.runUntil(() -> flow.server().bytesRead() > gapBytes, Duration.ofSeconds(10)), sim::describe);
        assertWithinRoundTrips(4, lostNs[0]);
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofSeconds(10)), sim::describe);
    }

    @Test
    void aLostAck2DoesNoHarm() {
        drop(there, first(isControl(ControlHeader.ACK2)));
        SimulatedFlow flow = plainFlow();
        flow.client().send(1 << 20);
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofSeconds(3)), sim::describe);
        assertEquals(0, flow.client().stats().packetsRetransmitted(), sim::describe);
    }

    @Test
    void withoutAnyAck2TheTransferStillEndsAndAcksStop() {
        drop(there, isControl(ControlHeader.ACK2));
        SimulatedFlow flow = plainFlow();
        flow.client().send(1 << 20);
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofSeconds(5)), sim::describe);
        sim.runFor(Duration.ofSeconds(30));
        long acks = flow.server().stats().acksSent();
        sim.runFor(Duration.ofSeconds(60));
        assertEquals(acks, flow.server().stats().acksSent(), sim::describe);
    }

    @Test
    void sequenceNumbersWrapWhilePacketsAreLost() {
        for (int beforeWrap : new int[] {1, 2, 16, 300, 1_000}) {
            Simulation wrapping = Simulation.seeded(beforeWrap);
            Link lossy = wrapping.link("there", LINK.withFaults(LinkFaults.NONE.withLossShare(0.05)));
            Link clean = wrapping.link("back", LINK);
            SimulatedFlow flow = wrapping.flow(
                    FlowOptions.of(UdtOptions.DEFAULT)
                            .withClientRandom(InitialSequence.of(Integer.MAX_VALUE - beforeWrap, beforeWrap)),
                    List.of(lossy),
                    List.of(clean));
            boolean[] wrapped = new boolean[1];
            drop(lossy, (nowNs, index, packet, length) -> {
                wrapped[0] |= isData(packet) && DataHeader.sequence(packet, 0) == 0;
                return false;
            });
            flow.client().send(2_000L * PAYLOAD_BYTES);
            flow.server().send(2_000L * PAYLOAD_BYTES);
            assertTrue(wrapping.runUntil(flow::isComplete, Duration.ofSeconds(60)), wrapping::describe);
            assertTrue(wrapped[0], "sequence 0 was never sent");
        }
    }

    @Test
    void aWindowClosedByASlowReaderReopens() {
        UdtOptions small = UdtOptions.DEFAULT.withFlightWindowPackets(64);
        SimulatedFlow flow =
                sim.flow(FlowOptions.of(UdtOptions.DEFAULT).withServer(small), List.of(there), List.of(back));
        flow.server().readUpTo(10_000);
        flow.client().send(1 << 20);
        sim.runFor(Duration.ofMinutes(5));
        assertEquals(10_000, flow.server().bytesRead(), sim::describe);
        assertNull(flow.client().closeReason(), sim::describe);
        // Probing a closed window is allowed, hammering it is not.
        assertTrue(there.packetsEntered() < 5_000, sim::describe);
        long openedNs = sim.nowNs();
        flow.server().readUpTo(Long.MAX_VALUE);
        assertTrue(sim.runUntil(() -> flow.server().bytesRead() > 150_000, Duration.ofSeconds(10)), sim::describe);
        assertWithinRoundTrips(4, openedNs);
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofSeconds(10)), sim::describe);
    }

    @Test
    void aLostWindowUpdateDoesNotStall() {
        UdtOptions small = UdtOptions.DEFAULT.withFlightWindowPackets(64);
        SimulatedFlow flow =
                sim.flow(FlowOptions.of(UdtOptions.DEFAULT).withServer(small), List.of(there), List.of(back));
        flow.server().readUpTo(10_000);
        flow.client().send(1 << 20);
        sim.runFor(Duration.ofSeconds(10));
        drop(back, first(isControl(ControlHeader.ACK)));
        flow.server().readUpTo(Long.MAX_VALUE);
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofSeconds(10)), sim::describe);
    }

    @Test
    void bothSidesMayCloseAtOnce() {
        SimulatedFlow flow = flow();
        flow.client().send(100_000);
        flow.server().send(300_000);
        assertTrue(sim.runUntil(flow::isConnected, Duration.ofSeconds(1)), sim::describe);
        flow.client().close();
        flow.server().close();
        assertTrue(sim.runUntil(flow::isClosed, Duration.ofSeconds(20)), sim::describe);
        assertTrue(flow.client().hasReadToEnd() && flow.server().hasReadToEnd(), sim::describe);
        assertEquals(100_000, flow.server().bytesRead(), sim::describe);
    }

    @Test
    void aLostShutdownIsRepeated() {
        drop(there, first(isControl(ControlHeader.SHUTDOWN)));
        SimulatedFlow flow = connected();
        flow.client().close();
        assertTrue(sim.runUntil(flow::isClosed, Duration.ofSeconds(2)), sim::describe);
        assertEquals(CloseReason.PEER_SHUTDOWN, flow.server().closeReason(), sim::describe);
    }

    @Test
    void keepAlivesAloneHoldAConnectionForFiveMinutes() {
        SimulatedFlow flow = connected();
        sim.runFor(Duration.ofSeconds(1));
        long before = sim.packetCount();
        sim.runFor(Duration.ofMinutes(5));
        assertTrue(flow.isConnected(), sim::describe);
        long packets = sim.packetCount() - before;
        assertTrue(packets >= 590 && packets <= 610, packets + " packets in 5 minutes");
        flow.client().send(1_000);
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofMillis(100)), sim::describe);
    }

    @Test
    void aForgedShutdownDoesNotEndALiveConnection() {
        SimulatedFlow flow = connected();
        flow.client().send(20 << 20);
        for (int i = 1; i <= 5; i++) {
            sim.runFor(Duration.ofMillis(200));
            inject(flow.client(), flow.server().socketId(), ControlHeader.SHUTDOWN);
            inject(flow.server(), flow.client().socketId(), ControlHeader.SHUTDOWN);
        }
        assertFalse(flow.isComplete(), "the transfer ended before the forged packets did anything");
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofSeconds(30)), sim::describe);
        assertNull(flow.client().closeReason(), sim::describe);
    }

    @Test
    void aPathThatSwallowsFullSizeDatagramsIsNamed() {
        there.conditions(LINK.withFaults(LinkFaults.NONE.withDropAboveBytes(1_400)));
        SimulatedFlow flow = flow();
        flow.client().send(1 << 20);
        assertTrue(sim.runUntil(flow::isClosed, Duration.ofSeconds(15)), sim::describe);
        assertEquals(CloseReason.PATH_MTU, flow.client().closeReason(), sim::describe);
        assertEquals(CloseReason.PEER_SHUTDOWN, flow.server().closeReason(), sim::describe);
    }

    @Test
    void aBlackoutOfFiveSecondsIsSurvived() {
        SimulatedFlow flow = flow();
        flow.client().send(50 << 20);
        blackout(2, 7);
        sim.runFor(Duration.ofSeconds(7));
        long atLightBytes = flow.server().bytesRead();
        sim.runFor(Duration.ofMillis(1_200));
        assertTrue(flow.server().bytesRead() > atLightBytes, sim::describe);
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofSeconds(60)), sim::describe);
    }

    /** Found by drawn conditions: an early blackout was taken for a path that swallows large datagrams. */
    @Test
    void aBlackoutRightAfterTheHandshakeIsNotTakenForAnMtuProblem() {
        SimulatedFlow flow = connected();
        long fromMs = sim.nowNs() / 1_000_000;
        LinkFaults dark = LinkFaults.NONE.withBlackouts(
                List.of(new Blackout(Duration.ofMillis(fromMs), Duration.ofMillis(fromMs + 30_000))));
        there.conditions(LINK.withFaults(dark));
        back.conditions(LINK.withFaults(dark));
        flow.client().send(1 << 20);
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofSeconds(60)), sim::describe);
    }

    @Test
    void aPeerThatVanishesIsNamed() {
        SimulatedFlow flow = connected();
        flow.client().send(1 << 20);
        blackout(0, 1_000);
        sim.runFor(Duration.ofSeconds(47));
        assertEquals(CloseReason.PEER_SILENT, flow.client().closeReason(), sim::describe);
        assertEquals(CloseReason.PEER_SILENT, flow.server().closeReason(), sim::describe);
    }

    /** As two libudt ends would speak. */
    private SimulatedFlow plainFlow() {
        return sim.flow(UdtOptions.DEFAULT.withExtension(false), List.of(there), List.of(back));
    }

    private SimulatedFlow flow() {
        return sim.flow(UdtOptions.DEFAULT, List.of(there), List.of(back));
    }

    private SimulatedFlow connected() {
        SimulatedFlow flow = flow();
        assertTrue(sim.runUntil(flow::isConnected, Duration.ofSeconds(5)), sim::describe);
        return flow;
    }

    private void assertConnectsWithin(Duration limit) {
        SimulatedFlow flow = flow();
        flow.client().send(1_000);
        flow.server().send(1_000);
        assertTrue(sim.runUntil(flow::isConnected, limit), sim::describe);
        assertTrue(sim.runUntil(flow::isComplete, Duration.ofSeconds(1)), sim::describe);
    }

    private void assertWithinRoundTrips(int count, long sinceNs) {
        long tookNs = sim.nowNs() - sinceNs;
        assertTrue(tookNs <= count * RTT_NS, () -> "took " + tookNs / 1e6 + " ms\n" + sim.describe());
    }

    private void blackout(int fromSeconds, int toSeconds) {
        LinkFaults dark = LinkFaults.NONE.withBlackouts(
                List.of(new Blackout(Duration.ofSeconds(fromSeconds), Duration.ofSeconds(toSeconds))));
        there.conditions(LINK.withFaults(dark));
        back.conditions(LINK.withFaults(dark));
    }

    private static long remaining(SimulatedFlow flow) {
        return flow.client().bytesToSend() - flow.server().bytesRead();
    }

    private static void inject(FlowEnd inTheNameOf, int destination, int type) {
        UnsafeBuffer packet = new UnsafeBuffer(new byte[64]);
        int length = ControlHeader.writeEmpty(packet, 0, type, 0, destination);
        inTheNameOf.route().inject(packet, 0, length);
    }
}
