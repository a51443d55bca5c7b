package io.parcelnode.sim;

import static io.parcelnode.sim.Packets.drop;
import static io.parcelnode.sim.Packets.first;
import static io.parcelnode.sim.Packets.isControl;
import static io.parcelnode.sim.Packets.isData;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.DataHeader;
import io.parcelnode.udt.wire.PacketHeader;
import java.time.Duration;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What loss, disorder and repetition cost, and what packets without a meaning do. */
class LossScenarioTest {
    private static final int LOST = TestPath.FIRST_SEQUENCE + 100;

    @Test
    void aLossIsRepairedInLittleMoreThanARoundTrip() {
        TestPath path = new TestPath().connected();
        dropTimes(path, LOST, 1);
        path.client.send(400L * TestPath.PAYLOAD_BYTES);
        path.completeWithin(Duration.ofSeconds(5));
        assertTrue(repairNs(path) <= TestPath.ROUND_TRIP.toNanos() * 5 / 4, path.sim::describe);
        assertEquals(1, path.client.stats().packetsRetransmitted(), path.sim::describe);
    }

    /** libudt reports a gap once and then never again. */
    @Test
    void aLostNakIsRepeated() {
        TestPath path = new TestPath().connected();
        dropTimes(path, LOST, 1);
        drop(path.back, first(isControl(ControlHeader.NAK)));
        path.client.send(400L * TestPath.PAYLOAD_BYTES);
        path.completeWithin(Duration.ofSeconds(5));
        assertTrue(repairNs(path) <= 4 * TestPath.ROUND_TRIP.toNanos(), path.sim::describe);
    }

    /** libudt's timer starts again with every packet heard, so traffic the other way starves it. */
    @Test
    void aLostRetransmissionIsRepairedAmidTrafficTheOtherWay() {
        TestPath path = new TestPath().connected();
        path.server.send(20 << 20);
        path.sim.runFor(Duration.ofMillis(500));
        dropTimes(path, LOST, 3);
        path.client.send(400L * TestPath.PAYLOAD_BYTES);
        long startNs = path.sim.nowNs();
        path.runUntil(() -> path.server.bytesRead() == path.client.bytesToSend(), Duration.ofSeconds(5));
        assertTrue(path.sim.nowNs() - startNs <= 20 * TestPath.ROUND_TRIP.toNanos(), path.sim::describe);
        path.completeWithin(Duration.ofSeconds(30));
    }

    @Test
    void mereDisorderCausesNoRetransmission() {
        TestPath path = new TestPath().connected();
        // At 100 Mbit/s a packet takes 120 us: one is overtaken by two others at most.
        LinkFaults jitter = LinkFaults.NONE.withJitterMax(Duration.ofNanos(250_000));
        path.there.conditions(path.there.conditions().withFaults(jitter));
        path.client.send(2 << 20);
        path.completeWithin(Duration.ofSeconds(5));
        assertEquals(0, path.client.stats().packetsRetransmitted(), path.sim::describe);
    }

    @Test
    void whatArrivesTwiceIsReadOnce() {
        TestPath path = new TestPath().connected();
        LinkFaults twice = LinkFaults.NONE.withDuplicateShare(1);
        path.there.conditions(path.there.conditions().withFaults(twice));
        path.back.conditions(path.back.conditions().withFaults(twice));
        path.client.send(2 << 20);
        path.completeWithin(Duration.ofSeconds(5));
        assertEquals(0, path.client.stats().packetsRetransmitted(), path.sim::describe);
        assertTrue(path.server.stats().packetsDuplicate() > 1_000, path.sim::describe);
        assertEquals(2 << 20, path.server.bytesRead());
    }

    /** The receiver reads the path's capacity from the spacing of packets 16n and 16n + 1. */
    @Test
    void everySixteenthPacketGoesOutWithItsSuccessor() {
        TestPath path = new TestPath().connected();
        path.client.send(4 << 20);
        path.completeWithin(Duration.ofSeconds(10));
        List<TestPath.Said> data = TestPath.data(path.clientSaid);
        int pairs = 0;
        for (int i = 0; i + 1 < data.size(); i++) {
            int sequence = DataHeader.sequence(data.get(i).packet(), 0);
            boolean next = DataHeader.sequence(data.get(i + 1).packet(), 0) == sequence + 1;
            if (sequence % 16 == 0
                    && next
                    && data.get(i + 1).atNs() == data.get(i).atNs()) {
                pairs++;
            }
        }
        // A window that closes between the two, or a repetition, may part a few.
        assertTrue(pairs >= data.size() / 16 * 3 / 4, pairs + " pairs in " + data.size() + " packets");
    }

    /** A stream has no messages to drop; types of later versions only show that the peer is there. */
    @Test
    void dropRequestsAndUnknownTypesChangeNothing() {
        TestPath path = new TestPath().connected();
        path.client.send(2 << 20);
        UnsafeBuffer packet = new UnsafeBuffer(new byte[64]);
        for (int type : new int[] {ControlHeader.MESSAGE_DROP, ControlHeader.USER_DEFINED, 9, 0x1234}) {
            path.sim.runFor(Duration.ofMillis(20));
            ControlHeader.write(packet, 0, type, 1, path.server.socketId());
            packet.putInt(PacketHeader.LENGTH, TestPath.FIRST_SEQUENCE);
            packet.putInt(PacketHeader.LENGTH + 4, Integer.MAX_VALUE);
            path.client.route().inject(packet, 0, PacketHeader.LENGTH + 8);
        }
        path.completeWithin(Duration.ofSeconds(5));
        assertNull(path.server.closeReason(), path.sim::describe);
    }

    /** There is no half-close: what the other side had not yet sent is lost, and it is told so. */
    @Test
    void aCloseEndsBothDirections() {
        TestPath path = new TestPath().connected();
        path.server.send(50 << 20);
        path.client.send(100_000);
        path.sim.runFor(Duration.ofMillis(500));
        path.client.close();
        path.runUntil(path.flow::isClosed, Duration.ofSeconds(10));
        assertEquals(CloseReason.LOCAL_CLOSE, path.client.closeReason(), path.sim::describe);
        assertEquals(CloseReason.PEER_SHUTDOWN, path.server.closeReason(), path.sim::describe);
        assertEquals(100_000, path.server.bytesRead(), path.sim::describe);
        assertTrue(path.client.bytesRead() < 50 << 20, path.sim::describe);
        assertTrue(path.client.hasReadToEnd() && path.server.hasReadToEnd(), path.sim::describe);
    }

    /** The first so many times this packet is sent, it is lost. */
    private static void dropTimes(TestPath path, int sequence, int times) {
        int[] left = {times};
        drop(
                path.there,
                (nowNs, index, packet, length) ->
                        isData(packet) && DataHeader.sequence(packet, 0) == sequence && left[0]-- > 0);
    }

    /** From the first to the last time that the packet was sent. */
    private static long repairNs(TestPath path) {
        List<Long> times = TestPath.data(path.clientSaid).stream()
                .filter(said -> DataHeader.sequence(said.packet(), 0) == LOST)
                .map(TestPath.Said::atNs)
                .toList();
        assertTrue(times.size() > 1, path.sim::describe);
        return times.get(times.size() - 1) - times.get(0);
    }
}
