package io.parcelnode.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.wire.DataHeader;
import io.parcelnode.udt.wire.PacketHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets that are kept as runs of a stream come back with the bytes they had, and so do all others. */
class PacketStoreTest {
    private static final int PAYLOAD_BYTES = 1_456;

    private final Simulation sim = Simulation.seeded(1);
    private final ByteStream stream = sim.stream();
    private final PayloadFinder finder = new PayloadFinder(stream);
    private final PacketStore store = sim.packets();
    private final Route route =
            sim.route(List.of(sim.link("link", LinkConditions.NONE)), (nowNs, packet, length) -> {}, stream);
    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[WholePackets.PACKET_MAX_BYTES]);

    @Test
    void newPacketsAndRepeatedOnesAreFound() {
        for (int number = 0; number < 100; number++) {
            assertTrue(find(number, PAYLOAD_BYTES, number * (long) PAYLOAD_BYTES) >= 0, "packet " + number);
        }
        assertTrue(find(3, PAYLOAD_BYTES, 3L * PAYLOAD_BYTES) >= 0);
        assertTrue(find(100, 20, 100L * PAYLOAD_BYTES) >= 0);
        assertTrue(find(101, PAYLOAD_BYTES, 100L * PAYLOAD_BYTES + 20) >= 0, "follows a short one");
        assertTrue(find(99, PAYLOAD_BYTES, 99L * PAYLOAD_BYTES) < 0, "before a short one");
        assertTrue(find(102, PAYLOAD_BYTES, 101L * PAYLOAD_BYTES + 20) >= 0, "after one that was not found");
    }

    @Test
    void oneWrongByteIsNotTheStream() {
        assertTrue(find(0, PAYLOAD_BYTES, 0) >= 0);
        for (int at : new int[] {0, 700, PAYLOAD_BYTES - 1}) {
            write(1, PAYLOAD_BYTES, PAYLOAD_BYTES);
            int offset = PacketHeader.LENGTH + at;
            bytes.putByte(offset, (byte) (bytes.getByte(offset) ^ 1));
            assertEquals(ByteStream.NOWHERE, finder.find(bytes, PacketHeader.LENGTH + PAYLOAD_BYTES));
        }
        write(1, PAYLOAD_BYTES, PAYLOAD_BYTES);
        bytes.putByte(0, (byte) (bytes.getByte(0) | 0x80));
        assertEquals(ByteStream.NOWHERE, finder.find(bytes, PacketHeader.LENGTH + PAYLOAD_BYTES), "a control packet");
    }

    /** The naive model: an array for each packet. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyPacketComesBackAsItWas(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Integer> packets = new ArrayList<>();
        List<byte[]> model = new ArrayList<>();
        for (int step = 0; step < 5_000; step++) {
            if (packets.size() < 600 && random.nextInt(5) > 1) {
                int length = PacketHeader.LENGTH + 1 + random.nextInt(PAYLOAD_BYTES);
                boolean isRun = random.nextBoolean();
                write(step, length - PacketHeader.LENGTH, random.nextInt(1 << 20));
                int start = isRun ? new PayloadFinder(stream).find(bytes, length) : ByteStream.NOWHERE;
                packets.add(store.add(bytes, 0, length, route, start));
                model.add(copy(bytes, length));
            } else if (!packets.isEmpty()) {
                int index = random.nextInt(packets.size());
                int packet = packets.get(index);
                byte[] expected = model.get(index);
                switch (random.nextInt(4)) {
                    case 0 -> {
                        packets.add(store.addCopy(packet));
                        model.add(expected.clone());
                    }
                    case 1 -> {
                        int at = random.nextInt(expected.length);
                        store.flipBit(packet, at, 5);
                        expected[at] ^= 1 << 5;
                    }
                    default -> {
                        assertBytes(expected, packet, seed);
                        store.release(packet);
                        packets.remove(index);
                        model.remove(index);
                    }
                }
            }
            assertEquals(packets.size(), store.inUse());
        }
        for (int i = 0; i < packets.size(); i++) {
            assertBytes(model.get(i), packets.get(i), seed);
        }
    }

    private void assertBytes(byte[] expected, int packet, long seed) {
        String message = "packet " + packet + ", seed " + seed;
        assertEquals(expected.length, store.length(packet), message);
        assertArrayEquals(expected, copy(store.deliver(packet), expected.length), message);
        assertArrayEquals(expected, copy(store.inspect(packet), expected.length), message);
    }

    private int find(int number, int length, long position) {
        write(number, length, position);
        return finder.find(bytes, PacketHeader.LENGTH + length);
    }

    private void write(int number, int length, long position) {
        DataHeader.write(bytes, 0, number, number, 7, 9);
        bytes.putBytes(PacketHeader.LENGTH, stream.span(position, length), length);
    }

    private static byte[] copy(DirectBuffer source, int length) {
        byte[] copy = new byte[length];
        source.getBytes(0, copy);
        return copy;
    }
}
