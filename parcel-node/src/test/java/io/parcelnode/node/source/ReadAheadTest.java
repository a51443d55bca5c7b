package io.parcelnode.node.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ReadAheadTest {
    private static final long MAX_BYTES = 128 << 20;
    private static final long MS = 1_000_000;

    private long nowNs = 7 * MS;
    private final ReadAhead ahead = new ReadAhead(nowNs, ReadAhead.START_BYTES, MAX_BYTES);

    private void take(long bytes, long inMs) {
        for (int i = 0; i < 16; i++) {
            nowNs += inMs * MS / 16;
            ahead.onTaken(nowNs, (int) (bytes / 16));
        }
    }

    @Test
    void aQuickReaderGetsMoreUpToTheMost() {
        for (int i = 0; i < 10; i++) {
            take(ahead.windowBytes() / 2, 100);
        }
        assertEquals(MAX_BYTES, ahead.windowBytes());
    }

    @Test
    void whatLastsForTwoToEightSecondsIsRight() {
        for (int i = 0; i < 10; i++) {
            take(ReadAhead.START_BYTES / 2, 1_500);
        }
        assertEquals(ReadAhead.START_BYTES, ahead.windowBytes());
    }

    /** 1 Mbit/s: a megabyte is eight seconds' worth. */
    @Test
    void aSlowReaderKeepsLittle() {
        for (int i = 0; i < 5; i++) {
            take(ahead.windowBytes() / 2, ahead.windowBytes() / 2 * 8 / 1_000);
        }
        assertEquals(1 << 20, ahead.windowBytes());
    }

    @Test
    void aMostThatIsSmallHolds() {
        assertEquals(1_000, new ReadAhead(0, ReadAhead.START_BYTES, 1_000).windowBytes());
    }
}
