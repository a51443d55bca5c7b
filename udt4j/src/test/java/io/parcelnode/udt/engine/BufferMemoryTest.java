package io.parcelnode.udt.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rings that share memory: what one may hold, what is left to the others, and that everybody gets on. */
class BufferMemoryTest {
    private static final int CHUNK = BufferMemory.CHUNK_BYTES;
    private static final int MEMORY = 64 * CHUNK;
    private static final int PAYLOAD = 1_456;
    private static final int WINDOW = 1_024;

    private final BufferMemory memory = new BufferMemory(MEMORY);

    @Test
    void oneAloneGetsHalf() {
        SendRing ring = fill(new SendRing(1 << 30, memory));
        assertEquals(MEMORY / 2, ring.heldBytes(), CHUNK);
        assertEquals(0, ring.freeBytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 20, 200})
    void whoeverHoldsWhatTheSumIsBoundedAndNobodyGoesWithout(int rings) {
        long guaranteed = (long) rings * SendRing.GUARANTEED_CHUNKS * CHUNK;
        for (int i = 0; i < rings; i++) {
            SendRing ring = fill(new SendRing(1 << 30, memory));
            assertTrue(
                    ring.heldBytes() >= SendRing.GUARANTEED_CHUNKS * CHUNK, "ring " + i + " holds " + ring.heldBytes());
        }
        assertTrue(memory.takenBytes() <= MEMORY + guaranteed, "taken " + memory.takenBytes());
    }

    @Test
    void whatIsAcknowledgedGoesBackToAll() {
        SendRing ring = fill(new SendRing(1 << 30, memory));
        ring.release(ring.writtenBytes());
        assertTrue(memory.takenBytes() <= CHUNK);
        SendRing other = fill(new SendRing(1 << 30, memory));
        assertTrue(other.heldBytes() >= MEMORY / 2 - 2 * CHUNK);
        other.dispose();
        ring.dispose();
        assertEquals(0, memory.takenBytes());
    }

    /** A writer whose memory others hold is woken for what it is guaranteed: there will be no more. */
    @Test
    void aWriterDoesNotWaitForMemoryThatOthersHold() {
        for (int i = 0; i < 40; i++) {
            fill(new SendRing(1 << 30, memory));
        }
        SendRing ring = new SendRing(1 << 30, memory);
        for (int i = 0; i < 20; i++) {
            assertTrue(ring.isWorthWriting(), "round " + i);
            assertTrue(ring.write(ByteBuffer.allocate(MEMORY)) >= CHUNK);
            ring.release(ring.writtenBytes());
        }
    }

    @Test
    void aRingTakesNoMoreThanTheSenderCanUse() {
        SendRing ring = new SendRing(1 << 24, BufferMemory.unshared());
        ring.limit(3 * CHUNK);
        assertEquals(3 * CHUNK, ring.write(ByteBuffer.allocate(1 << 24)));
        assertEquals(0, ring.freeBytes());
        assertFalse(ring.isWorthWriting());
        ring.limit(1L << 40);
        assertEquals((1 << 24) - 3 * CHUNK, ring.write(ByteBuffer.allocate(1 << 25)));
    }

    @Test
    void usedChunksServeAgain() {
        byte[] chunk = memory.takeChunk(0, false);
        memory.giveChunk(chunk);
        assertSame(chunk, memory.takeChunk(0, false));
    }

    /** A peer that leaves out the first packet and fills the window behind it. */
    @Test
    void manyWindowsWithAHoleHoldNoMoreThanThereIsAndEachStillGetsOn() {
        int rings = 100;
        ReceiveRing[] all = new ReceiveRing[rings];
        UnsafeBuffer packet = new UnsafeBuffer(new byte[PAYLOAD]);
        for (int i = 0; i < rings; i++) {
            all[i] = new ReceiveRing(WINDOW, PAYLOAD, memory);
            for (int number = 1; number < WINDOW; number++) {
                all[i].store(number, packet, 0, PAYLOAD);
            }
        }
        long chunkBytes = 32 * (PAYLOAD + 4);
        assertTrue(memory.takenBytes() <= MEMORY + 2 * chunkBytes * rings, "taken " + memory.takenBytes());
        // The last ones found nothing left, and still carry any stream.
        ReceiveRing last = all[rings - 1];
        assertEquals(64, last.affordablePackets());
        ByteBuffer target = ByteBuffer.allocate(64 * PAYLOAD);
        for (long number = 0; number < 10 * WINDOW; number++) {
            assertTrue(last.store(number, packet, 0, PAYLOAD), "packet " + number);
            last.complete(number + 1);
            assertEquals(PAYLOAD, last.read(target.clear()));
        }
        for (ReceiveRing ring : all) {
            ring.end();
        }
        assertEquals(0, memory.takenBytes());
    }

    @Test
    void anIdleReceiveRingShrinks() {
        ReceiveRing ring = new ReceiveRing(WINDOW, PAYLOAD, memory);
        UnsafeBuffer packet = new UnsafeBuffer(new byte[PAYLOAD]);
        for (int number = 0; number < WINDOW; number++) {
            ring.store(number, packet, 0, PAYLOAD);
        }
        ring.complete(WINDOW);
        while (ring.read(ByteBuffer.allocate(1 << 20)) > 0) {}
        ring.trim();
        assertEquals(0, ring.heldBytes());
        assertEquals(0, memory.takenBytes());
    }

    @Test
    void theBooksGrowWithWhatIsInFlightAndShrinkAgain() {
        Scoreboard board = new Scoreboard(1 << 17, true, memory);
        long idleBytes = board.heldBytes();
        assertTrue(idleBytes <= 32 << 10, "a quiet connection's books take " + idleBytes);
        long sent = 0;
        while (sent < 20_000 && board.makeRoom()) {
            board.onSent(sent * 1_000, board.add(sent * 100, 100));
            sent++;
        }
        assertEquals(20_000, sent);
        for (long packet = 0; packet < sent; packet += 997) {
            assertEquals(packet * 100, board.start(packet));
            assertEquals(100, board.length(packet));
            assertEquals(packet * 1_000, board.sentNs(packet));
            assertEquals(1, board.sends(packet));
        }
        board.begin();
        board.onMissing(5, 700);
        board.onAllBefore(1_000_000_000, sent);
        board.end(1_000_000_000, 0, true);
        board.trim();
        assertEquals(idleBytes, board.heldBytes());
        assertEquals(idleBytes, memory.takenBytes());
    }

    /** Many tiny packets need more books than data: those are paid for as well. */
    @Test
    void theBooksAreBoundedByTheMemoryToo() {
        Scoreboard board = new Scoreboard(1 << 20, true, memory);
        long sent = 0;
        while (board.makeRoom()) {
            board.add(sent++, 1);
        }
        assertTrue(sent < 1 << 17, sent + " packets");
        assertTrue(memory.takenBytes() <= MEMORY / 2, "taken " + memory.takenBytes());
        board.dispose();
        assertEquals(0, memory.takenBytes());
    }

    @Test
    void growingKeepsWhatIsKnownToBeMissing() {
        Scoreboard board = new Scoreboard(1 << 16, true, memory);
        add(board, 500);
        board.begin();
        board.onMissing(100, 120);
        board.onArrived(1_000_000, 121, 400);
        board.end(1_000_000, 0, true);
        add(board, 5_000);
        board.begin();
        board.detectLosses(0, 400, Long.MAX_VALUE);
        board.end(2_000_000, 0, true);
        // Everything before the first missing one is not acknowledged either, as nobody has said so.
        assertTrue(board.hasLost());
        assertEquals(100, board.pollLost());
        assertEquals(101, board.pollLost());
    }

    @Test
    void noMemoryIsNoChunk() {
        assertNotNull(memory.takeChunk(0, false));
        assertNull(memory.takeChunk(MEMORY, false));
        assertNotNull(memory.takeChunk(MEMORY, true));
    }

    private static void add(Scoreboard board, int packets) {
        for (int i = 0; i < packets; i++) {
            assertTrue(board.makeRoom());
            board.onSent(0, board.add(0, 100));
        }
    }

    private static SendRing fill(SendRing ring) {
        while (ring.write(ByteBuffer.allocate(1 << 20)) > 0) {}
        return ring;
    }
}
