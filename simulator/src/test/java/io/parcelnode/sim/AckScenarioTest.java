package io.parcelnode.sim;

import static io.parcelnode.sim.Packets.drop;
import static io.parcelnode.sim.Packets.first;
import static io.parcelnode.sim.Packets.isControl;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.wire.AckBody;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.DataHeader;
import io.parcelnode.udt.wire.PacketHeader;
import java.time.Duration;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What acknowledgements look like, when they come, and what they may and may not do. */
class AckScenarioTest {
    private static final int BODY = PacketHeader.LENGTH;

    @Test
    void fullAcksAreNumberedAndEachIsConfirmed() {
        TestPath path = new TestPath();
        path.client.send(5 << 20);
        path.completeWithin(Duration.ofSeconds(10));
        path.sim.runFor(Duration.ofSeconds(2));
        int lastNumber = 0;
        long lastRatesNs = Long.MIN_VALUE / 2;
        int light = 0;
        for (TestPath.Said ack : TestPath.control(path.serverSaid, ControlHeader.ACK)) {
            int number = ControlHeader.additionalInfo(ack.packet(), 0);
            int bytes = ack.length() - BODY;
            if (bytes == AckBody.LIGHT_LENGTH) {
                assertEquals(0, number);
                light++;
                continue;
            }
            assertEquals(++lastNumber, number);
            assertTrue(bytes == AckBody.FULL_LENGTH || bytes == AckBody.FULL_LENGTH_WITH_RATES, bytes + " bytes");
            int window = AckBody.windowPackets(ack.packet(), BODY);
            assertTrue(window >= 2 && window <= UdtOptions.DEFAULT.flightWindowPackets(), "window " + window);
            if (bytes == AckBody.FULL_LENGTH_WITH_RATES) {
                assertTrue(ack.atNs() - lastRatesNs >= 10_000_000, "rates twice within 10 ms");
                lastRatesNs = ack.atNs();
            }
        }
        assertTrue(light > 0 && lastRatesNs > 0, path.sim::describe);
        List<Integer> confirmed = TestPath.control(path.clientSaid, ControlHeader.ACK2).stream()
                .map(ack2 -> ControlHeader.additionalInfo(ack2.packet(), 0))
                .sorted()
                .toList();
        assertEquals(lastNumber, confirmed.size(), path.sim::describe);
        assertEquals(lastNumber, confirmed.get(lastNumber - 1));
    }

    @Test
    void controlPacketsWithoutABodyCarryFourZeroBytes() {
        TestPath path = new TestPath();
        path.client.send(10_000);
        path.completeWithin(Duration.ofSeconds(2));
        path.sim.runFor(Duration.ofSeconds(2));
        path.client.close();
        path.runUntil(path.flow::isClosed, Duration.ofSeconds(5));
        for (int type : new int[] {ControlHeader.KEEP_ALIVE, ControlHeader.ACK2, ControlHeader.SHUTDOWN}) {
            List<TestPath.Said> said = TestPath.control(path.clientSaid, type);
            assertTrue(!said.isEmpty(), "none of type " + type);
            for (TestPath.Said one : said) {
                assertEquals(BODY + 4, one.length());
                assertEquals(0, one.packet().getInt(BODY));
            }
        }
    }

    /** libudt acknowledges a full-size packet only at its next look around, up to 100 ms later. */
    @Test
    void aLastPacketIsNeverOfFullSize() {
        TestPath path = new TestPath().connected();
        path.client.send(TestPath.PAYLOAD_BYTES);
        long startNs = path.sim.nowNs();
        path.runUntil(() -> path.client.stats().bytesAcknowledged() == TestPath.PAYLOAD_BYTES, Duration.ofSeconds(1));
        assertTrue(path.sim.nowNs() - startNs <= TestPath.ROUND_TRIP.toNanos() + 2_000_000, path.sim::describe);
        List<TestPath.Said> data = TestPath.data(path.clientSaid);
        assertTrue(data.get(data.size() - 1).length() < BODY + TestPath.PAYLOAD_BYTES, path.sim::describe);
    }

    @Test
    void aLostAckIsMadeUpForByTheNext() {
        TestPath path = new TestPath().connected();
        path.client.send(2 << 20);
        path.sim.runFor(Duration.ofMillis(150));
        drop(path.back, first(isControl(ControlHeader.ACK)));
        path.completeWithin(Duration.ofSeconds(5));
        assertEquals(0, path.client.stats().packetsRetransmitted(), path.sim::describe);
    }

    @Test
    void lightAcksAloneKeepATransferMoving() {
        TestPath path = new TestPath().connected();
        path.client.send(20 << 20);
        path.sim.runFor(Duration.ofMillis(500));
        drop(
                path.back,
                (nowNs, index, packet, length) ->
                        isControl(packet, ControlHeader.ACK) && length > BODY + AckBody.LIGHT_LENGTH);
        path.sim.runFor(Duration.ofMillis(100));
        long before = path.server.bytesRead();
        path.sim.runFor(Duration.ofMillis(300));
        assertTrue(path.server.bytesRead() > before + 100_000, path.sim::describe);
        path.back.heal();
        path.completeWithin(Duration.ofSeconds(30));
    }

    @Test
    void acksThatComeAgainLateChangeNothing() {
        TestPath path = new TestPath().connected();
        // Little enough for the queue to take all of it: no packet is lost.
        path.client.send(1 << 20);
        for (int i = 0; i < 40; i++) {
            path.sim.runFor(Duration.ofMillis(5));
            for (TestPath.Said ack : TestPath.control(path.serverSaid, ControlHeader.ACK)) {
                if (ack.atNs() < path.sim.nowNs() - 60_000_000) {
                    TestPath.repeat(path.server, ack);
                }
            }
        }
        path.completeWithin(Duration.ofSeconds(10));
        assertEquals(0, path.client.stats().packetsRetransmitted(), path.sim::describe);
    }

    /** libudt ends the connection here, which one forged packet would then do. */
    @Test
    void reportsAboutPacketsNeverSentAreIgnored() {
        TestPath path = new TestPath().connected();
        path.client.send(10_000);
        path.completeWithin(Duration.ofSeconds(2));
        UnsafeBuffer packet = new UnsafeBuffer(new byte[64]);
        ControlHeader.write(packet, 0, ControlHeader.ACK, 1_000, path.client.socketId());
        AckBody.full(packet, BODY, TestPath.FIRST_SEQUENCE + 1_000, 50_000, 1_000, 8_192);
        path.server.route().inject(packet, 0, BODY + AckBody.FULL_LENGTH);
        ControlHeader.write(packet, 0, ControlHeader.NAK, 0, path.client.socketId());
        path.server.route().inject(packet, 0, BODY + 4);
        path.sim.runFor(Duration.ofSeconds(1));
        assertEquals(2, path.client.stats().datagramsDropped(), path.sim::describe);
        path.client.send(1 << 20);
        path.completeWithin(Duration.ofSeconds(5));
        assertNull(path.client.closeReason(), path.sim::describe);
    }

    /** A blocked libudt sender is woken by an ACK that moves on, not by one that only widens the window. */
    @Test
    void aWindowUpdateRidesOnAnAckThatMovesOn() {
        TestPath path = new TestPath(UdtOptions.DEFAULT.withExtension(false).withFlightWindowPackets(64));
        path.server.readUpTo(10_000);
        path.client.send(1 << 20);
        path.sim.runFor(Duration.ofSeconds(10));
        List<TestPath.Said> before = TestPath.control(path.serverSaid, ControlHeader.ACK);
        path.server.readUpTo(80_000);
        path.sim.runFor(Duration.ofMillis(1));
        List<TestPath.Said> after = TestPath.control(path.serverSaid, ControlHeader.ACK);
        assertTrue(after.size() > before.size(), path.sim::describe);
        TestPath.Said closed = before.get(before.size() - 1);
        TestPath.Said opened = after.get(before.size());
        int moved = AckBody.ackNumber(opened.packet(), BODY) - AckBody.ackNumber(closed.packet(), BODY);
        assertTrue(moved >= 1, path.sim::describe);
        assertTrue(
                AckBody.windowPackets(opened.packet(), BODY) > AckBody.windowPackets(closed.packet(), BODY),
                path.sim::describe);
    }

    /** libudt never sends one, but takes it: it counts as a packet and is acknowledged at once. */
    @Test
    void anEmptyDataPacketCountsAndIsAcknowledged() {
        TestPath path = new TestPath().connected();
        UnsafeBuffer packet = new UnsafeBuffer(new byte[64]);
        DataHeader.write(packet, 0, TestPath.FIRST_SEQUENCE, 1, 0, path.client.socketId());
        path.server.route().inject(packet, 0, PacketHeader.LENGTH);
        path.sim.runFor(Duration.ofMillis(40));
        List<TestPath.Said> acks = TestPath.control(path.clientSaid, ControlHeader.ACK);
        assertEquals(1, acks.size(), path.sim::describe);
        assertEquals(TestPath.FIRST_SEQUENCE + 1, AckBody.ackNumber(acks.get(0).packet(), BODY));
        assertEquals(0, path.client.bytesRead());
    }
}
