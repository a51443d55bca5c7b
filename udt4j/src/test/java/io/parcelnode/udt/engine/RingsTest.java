package io.parcelnode.udt.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RingsTest {
    private static final int PAYLOAD = 100;

    @Test
    void sendRingKeepsEveryByteUntilItIsReleased() {
        Random random = new Random(11);
        SendRing ring = new SendRing(1 << 17, new BufferMemory(1 << 20));
        byte[] stream = new byte[4 << 20];
        random.nextBytes(stream);
        ByteBuffer source = ByteBuffer.wrap(stream);
        UnsafeBuffer copy = new UnsafeBuffer(new byte[4_096]);
        long released = 0;
        while (released < stream.length) {
            ByteBuffer piece = source.slice(source.position(), Math.min(source.remaining(), random.nextInt(100_000)));
            int room = ring.freeBytes();
            int accepted = ring.write(piece);
            assertEquals(Math.min(room, piece.capacity()), accepted);
            source.position(source.position() + accepted);
            int held = (int) (ring.writtenBytes() - released);
            for (int i = 0; i < 10 && held > 0; i++) {
                int at = random.nextInt(held);
                int length = Math.min(held - at, 4_096);
                ring.copyTo(released + at, copy, 0, length);
                int from = (int) released + at;
                assertTrue(ByteBuffer.wrap(stream, from, length).equals(ByteBuffer.wrap(copy.byteArray(), 0, length)));
            }
            released += random.nextInt(held + 1);
            ring.release(released);
        }
    }

    @Test
    void closedSendRingTakesNothing() {
        SendRing ring = new SendRing(1 << 16, new BufferMemory(1 << 20));
        ring.close();
        assertTrue(ring.isClosed());
        assertEquals(0, ring.write(ByteBuffer.allocate(10)));
    }

    @Test
    void receiveRingReordersAcrossManyLaps() {
        Random random = new Random(12);
        ReceiveRing ring = new ReceiveRing(128, PAYLOAD, BufferMemory.unshared());
        List<byte[]> packets = new ArrayList<>();
        int bytes = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] packet = new byte[random.nextInt(PAYLOAD + 1)];
            random.nextBytes(packet);
            packets.add(packet);
            bytes += packet.length;
        }
        ByteBuffer sent = ByteBuffer.allocate(bytes);
        packets.forEach(sent::put);
        ByteBuffer received = ByteBuffer.allocate(bytes);
        long stored = 0;
        while (stored < packets.size()) {
            List<Long> batch = new ArrayList<>();
            long room = Math.min(ring.windowEndPackets(), packets.size()) - stored;
            for (long i = 0; i < room; i++) {
                batch.add(stored + i);
            }
            Collections.shuffle(batch, random);
            for (long packet : batch) {
                byte[] payload = packets.get((int) packet);
                ring.store(packet, new UnsafeBuffer(payload), 0, payload.length);
            }
            stored += room;
            ring.complete(stored);
            int limit = received.position() + random.nextInt(128 * PAYLOAD);
            received.limit(Math.min(limit, bytes));
            ring.read(received);
            received.limit(bytes);
        }
        ring.end();
        while (ring.read(received) > 0) {}
        assertArrayEquals(sent.array(), received.array());
        assertEquals(-1, ring.read(ByteBuffer.allocate(1)));
    }

    @Test
    void readerAsksForAWindowUpdateOnceItHasMadeRoom() {
        ReceiveRing ring = new ReceiveRing(64, PAYLOAD, BufferMemory.unshared());
        for (int i = 0; i < 64; i++) {
            ring.store(i, new UnsafeBuffer(new byte[PAYLOAD]), 0, PAYLOAD);
        }
        ring.complete(64);
        ring.wakeAtReadPackets(16);
        ring.read(ByteBuffer.allocate(15 * PAYLOAD));
        assertFalse(ring.wantsWindowUpdate());
        ring.read(ByteBuffer.allocate(PAYLOAD));
        assertTrue(ring.wantsWindowUpdate());
    }
}
