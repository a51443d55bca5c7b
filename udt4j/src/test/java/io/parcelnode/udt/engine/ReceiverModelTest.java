package io.parcelnode.udt.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.wire.AckBody;
import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.LossListBody;
import io.parcelnode.udt.wire.PacketHeader;
import io.parcelnode.udt.wire.SequenceNumbers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.UnsafeBuffer;

/** Every acknowledgement, window and loss report of the receiver against a set of packets. */
class ReceiverModelTest {
    private static final int MSS_BYTES = 144;
    private static final int PAYLOAD_BYTES = 100;
    private static final int CAPACITY_PACKETS = 64;

    private final UnsafeBuffer packet = new UnsafeBuffer(new byte[MSS_BYTES]);
    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[PAYLOAD_BYTES]);

    @Property
    void saysOnlyWhatIsTrue(
            @ForAll @IntRange(min = 0, max = Integer.MAX_VALUE) int initialSequence,
            @ForAll @Size(max = 300) List<@IntRange(min = 0, max = 1 << 16) Integer> steps) {
        ReceiveRing ring = new ReceiveRing(CAPACITY_PACKETS, PAYLOAD_BYTES, BufferMemory.unshared());
        Receiver receiver = new Receiver(ring, new RttEstimator(), initialSequence, MSS_BYTES, false);
        TreeSet<Long> arrived = new TreeSet<>();
        long complete = 0;
        long largest = -1;
        long nowNs = 0;
        for (int step : steps) {
            int argument = step / 4;
            nowNs += 1_000L * argument;
            if (step % 4 == 3) {
                ring.read(ByteBuffer.allocate(argument % 20 * PAYLOAD_BYTES));
                receiver.onRead(nowNs);
            } else {
                // Behind, within and beyond the window.
                long number = Math.max(0, complete - 4 + argument % (step % 4 == 0 ? 90 : 8));
                boolean fits = number < ring.windowEndPackets();
                int sequence = SequenceNumbers.add(initialSequence, number);
                boolean more = receiver.onData(nowNs, sequence, 0, payload, 0, PAYLOAD_BYTES);
                assertEquals(fits && number == complete, more);
                if (fits) {
                    arrived.add(number);
                    largest = Math.max(largest, number);
                }
                while (arrived.contains(complete)) {
                    complete++;
                }
            }
            assertEquals(complete, ring.completePackets());
            int length = receiver.poll(nowNs, packet, 0, 1, MSS_BYTES - 28);
            if (length > 0 && ControlHeader.type(packet, 0) == ControlHeader.ACK) {
                checkAck(length, complete, initialSequence, ring);
            } else if (length > 0) {
                assertEquals(ControlHeader.NAK, ControlHeader.type(packet, 0));
                checkNak(length, arrived, complete, largest, initialSequence);
            }
        }
    }

    private void checkAck(int length, long complete, int initialSequence, ReceiveRing ring) {
        long number = number(AckBody.ackNumber(packet, PacketHeader.LENGTH), complete, initialSequence);
        // One less at most: the newest packet may be kept back while the window is nearly closed.
        assertTrue(number == complete || number == complete - 1, number + " acknowledged of " + complete);
        if (length > PacketHeader.LENGTH + AckBody.LIGHT_LENGTH) {
            int window = AckBody.windowPackets(packet, PacketHeader.LENGTH);
            assertTrue(window >= 2 && window <= CAPACITY_PACKETS, "window " + window);
            assertTrue(window == 2 || number + window <= ring.windowEndPackets(), "window " + window);
        }
    }

    private void checkNak(int length, TreeSet<Long> arrived, long complete, long largest, int initialSequence) {
        assertTrue(LossListBody.isWellFormed(packet, PacketHeader.LENGTH, length - PacketHeader.LENGTH));
        int at = PacketHeader.LENGTH;
        long before = complete - 1;
        while (at < length) {
            long first = number(LossListBody.first(packet, at), complete, initialSequence);
            long last = number(LossListBody.last(packet, at), complete, initialSequence);
            assertTrue(before < first && first <= last && last < largest, first + ".." + last);
            assertTrue(arrived.subSet(first, last + 1).isEmpty(), first + ".." + last + " has arrived");
            before = last;
            at += LossListBody.isRange(packet, at) ? LossListBody.RANGE_BYTES : LossListBody.SINGLE_BYTES;
        }
    }

    private static long number(int sequence, long near, int initialSequence) {
        long period = 1L << 31;
        long number = (long) sequence - initialSequence;
        return number + Math.round((near - number) / (double) period) * period;
    }
}
