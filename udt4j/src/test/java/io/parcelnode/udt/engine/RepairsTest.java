package io.parcelnode.udt.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RepairsTest {
    private static final long RTT_NS = 100_000_000;
    private static final long COPY_AFTER_NS = 20_000_000;

    private final Scoreboard board = new Scoreboard(1_024, true, new BufferMemory(1 << 20));
    private final Repairs repairs = new Repairs(board);

    @BeforeEach
    void sendHundredPackets() {
        for (int i = 0; i < 100; i++) {
            board.onSent(0, board.add(i * 100L, 100));
        }
    }

    @Test
    void aPacketThatWasLostOnceGoesOnceWhileThereIsMoreToSend() {
        loseAtLeast(1, 0);

        assertEquals(0, poll(RTT_NS, false));

        assertEquals(Repairs.NEVER, repairs.nextNs());
        assertEquals(-1, poll(RTT_NS + COPY_AFTER_NS, false));
    }

    @Test
    void aPacketThatWasLostTwiceGoesTwiceALittleApart() {
        loseAtLeast(1, 0);
        board.onSent(RTT_NS, poll(RTT_NS, false));
        loseAtLeast(1, RTT_NS);

        assertEquals(0, poll(2 * RTT_NS, false));
        board.onSent(2 * RTT_NS, 0);

        assertEquals(2 * RTT_NS + COPY_AFTER_NS, repairs.nextNs());
        assertEquals(-1, poll(2 * RTT_NS + COPY_AFTER_NS - 1, false));
        assertEquals(0, poll(2 * RTT_NS + COPY_AFTER_NS, false));
        assertEquals(-1, poll(3 * RTT_NS, false));
    }

    @Test
    void everyRepairGoesTwiceWhenNothingNewIsLeft() {
        loseAtLeast(1, 0);

        assertEquals(0, poll(RTT_NS, true));
        board.onSent(RTT_NS, 0);

        assertEquals(0, poll(RTT_NS + COPY_AFTER_NS, true));
    }

    @Test
    void aCopyOfWhatHasArrivedMeanwhileDoesNotGo() {
        loseAtLeast(1, 0);
        board.onSent(RTT_NS, poll(RTT_NS, true));

        board.begin();
        board.onAllBefore(RTT_NS + 1, 1);

        assertEquals(-1, poll(RTT_NS + COPY_AFTER_NS, true));
        assertEquals(Repairs.NEVER, repairs.nextNs());
    }

    @Test
    void nothingGoesTwiceInAFlood() {
        loseAtLeast(90, 0);
        for (int i = 0; i < 90; i++) {
            board.onSent(RTT_NS, poll(RTT_NS, false));
        }
        loseAtLeast(90, RTT_NS);

        for (int i = 0; i < 90; i++) {
            assertEquals(i, poll(2 * RTT_NS, false));
            board.onSent(2 * RTT_NS, i);
        }

        // Only the last ones, behind which few others waited.
        int copies = 0;
        while (poll(3 * RTT_NS, false) >= 0) {
            copies++;
        }
        assertEquals(64, copies);
    }

    private long poll(long nowNs, boolean nothingNew) {
        return repairs.poll(nowNs, 0, nothingNew, RTT_NS);
    }

    /** The first so many packets have been overtaken. */
    private void loseAtLeast(int packets, long sentNs) {
        board.begin();
        board.onMissing(0, packets - 1);
        board.detectLosses(0, packets, sentNs + 1);
    }
}
