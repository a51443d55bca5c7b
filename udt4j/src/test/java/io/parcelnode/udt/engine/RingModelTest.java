package io.parcelnode.udt.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.UnsafeBuffer;

/** The rings against naive models; the content of a stream follows from the position. */
class RingModelTest {
    private static final int PAYLOAD_BYTES = 100;
    /** Chunks that a ring keeps for reuse, and the one that its first byte lies in. */
    private static final int SEND_SLACK_BYTES = 18 * SendRing.CHUNK_BYTES;

    private static final int RECEIVE_SLACK_BYTES = 64 * 32 * PAYLOAD_BYTES;

    @Property(tries = 300)
    void sendRingHoldsWhatIsWrittenUntilItIsReleased(
            @ForAll @IntRange(min = 0, max = 5) int doublings,
            @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 1 << 20) Integer> steps) {
        int capacity = 1 << 16 << doublings;
        SendRing ring = new SendRing(capacity, new BufferMemory(1 << 30));
        long written = 0;
        long released = 0;
        for (int step : steps) {
            int argument = step / 3;
            int held = (int) (written - released);
            switch (step % 3) {
                case 0 -> {
                    byte[] bytes = stream(written, argument);
                    int accepted = ring.write(ByteBuffer.wrap(bytes));
                    assertEquals(Math.min(bytes.length, capacity - held), accepted);
                    written += accepted;
                }
                case 1 -> {
                    released += argument % (held + 1);
                    ring.release(released);
                }
                default -> {
                    if (held == 0) {
                        continue;
                    }
                    int at = argument % held;
                    byte[] copy = new byte[Math.min(held - at, 9_000)];
                    ring.copyTo(released + at, new UnsafeBuffer(copy), 0, copy.length);
                    assertEquals(ByteBuffer.wrap(stream(released + at, copy.length)), ByteBuffer.wrap(copy));
                }
            }
            assertEquals(written, ring.writtenBytes());
            assertEquals(capacity - (written - released), ring.freeBytes());
            assertTrue(ring.heldBytes() >= written - released, "holds " + ring.heldBytes());
            assertTrue(ring.heldBytes() <= capacity + SEND_SLACK_BYTES, "holds " + ring.heldBytes());
        }
    }

    /** Against a set of packets that have arrived; some packets are short or empty. */
    @Property(tries = 500)
    void receiveRingHandsOverInOrderWhatArrivesInAny(
            @ForAll @IntRange(min = 0, max = 3) int doublings,
            @ForAll @Size(max = 400) List<@IntRange(min = 0, max = 1 << 16) Integer> steps) {
        int capacity = 64 << doublings;
        ReceiveRing ring = new ReceiveRing(capacity, PAYLOAD_BYTES, BufferMemory.unshared());
        TreeSet<Long> ahead = new TreeSet<>();
        long complete = 0;
        long readBytes = 0;
        for (int step : steps) {
            int argument = step / 4;
            if (step % 4 < 3) {
                // Mostly near the front, or nothing would ever be complete.
                long packet = complete + argument % (step % 4 == 0 ? capacity : 3);
                if (packet < ring.windowEndPackets() && ahead.add(packet)) {
                    UnsafeBuffer payload = new UnsafeBuffer(stream(start(packet), length(packet)));
                    ring.store(packet, payload, 0, payload.capacity());
                }
                while (ahead.remove(complete)) {
                    complete++;
                }
                ring.complete(complete);
            } else {
                ByteBuffer target = ByteBuffer.allocate(argument % (8 * PAYLOAD_BYTES));
                int expected = (int) Math.min(target.capacity(), start(complete) - readBytes);
                assertEquals(expected, ring.read(target));
                assertEquals(ByteBuffer.wrap(stream(readBytes, expected)), target.flip());
                readBytes += expected;
            }
            assertTrue(start(ring.readPackets()) <= readBytes && ring.readPackets() <= complete);
            long window = ring.windowEndPackets() - ring.readPackets();
            assertTrue(window > capacity - 32 && window <= capacity, "window " + window);
            assertTrue(ring.heldBytes() <= (long) capacity * PAYLOAD_BYTES + RECEIVE_SLACK_BYTES);
        }
    }

    private static byte[] stream(long position, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ((position + i) * 0x9E37_79B9L >>> 16);
        }
        return bytes;
    }

    /** Every third packet is short, every ninth empty. */
    private static int length(long packet) {
        return packet % 9 == 0 ? 0 : packet % 3 == 0 ? PAYLOAD_BYTES / 2 : PAYLOAD_BYTES;
    }

    private static long start(long packet) {
        long bytes = packet / 9 * (6 * PAYLOAD_BYTES + 2 * (PAYLOAD_BYTES / 2));
        for (long before = packet - packet % 9; before < packet; before++) {
            bytes += length(before);
        }
        return bytes;
    }
}
