package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.get.TransportTrial.Move;
import io.parcelnode.node.path.Transport;
import org.junit.jupiter.api.Test;

class TransportTrialTest {
    private static final long MS_NS = 1_000_000;
    private static final long TICK_MS = 200;
    private static final long FAR_NS = 40 * MS_NS;
    private static final long NEAR_NS = MS_NS / 2;
    private static final long TERABYTE = 1_000_000_000_000L;

    private final TransportTrial trial = new TransportTrial();
    private Transport now = Transport.UDT;
    private long nowNs = -3;
    private long receivedBytes;
    private long leftBytes = TERABYTE;
    private long rttNs = FAR_NS;
    private boolean held;
    private int moves;
    /** Of each transport. */
    private double udtBits = 100e6;

    private double tcpBits = 100e6;

    private TransportTrialTest connected() {
        trial.onConnected(nowNs, now, receivedBytes);
        return this;
    }

    /** Goes along with what the trial says for so long; returns when it last moved, in ms, or -1. */
    private long run(long ms) {
        long movedMs = -1;
        for (long at = 0; at < ms; at += TICK_MS) {
            nowNs += TICK_MS * MS_NS;
            long bytes = (long) ((now == Transport.UDT ? udtBits : tcpBits) / 8 * TICK_MS / 1e3);
            receivedBytes += bytes;
            leftBytes -= bytes;
            if (trial.on(nowNs, receivedBytes, leftBytes, rttNs, held) == Move.SWITCH) {
                now = now.other();
                moves++;
                movedMs = at;
                connected();
            }
        }
        return movedMs;
    }

    @Test
    void whereUdpIsHeldBackTcpStays() {
        udtBits = 2e6;
        connected().run(30_000);
        assertEquals(Transport.TCP, now);
        assertEquals(1, moves);
        assertEquals("TCP brought 100.0 Mbit/s, UDP 2.0 Mbit/s", trial.takeVerdict());
        assertNull(trial.takeVerdict());
    }

    @Test
    void whereTcpBringsLessTheRunComesBackSoonAndStays() {
        tcpBits = 10e6;
        connected();
        long leftMs = run(4_000);
        assertEquals(Transport.TCP, now);
        long backMs = run(600_000);
        assertEquals(Transport.UDT, now);
        assertEquals(2, moves);
        assertTrue(leftMs >= 0 && backMs < 3_000, "back after " + backMs + " ms");
        assertEquals("UDP brought 100.0 Mbit/s, TCP 10.0 Mbit/s", trial.words());
    }

    @Test
    void farAwayATieIsUdts() {
        connected().run(30_000);
        assertEquals(Transport.UDT, now);
    }

    @Test
    void nextDoorATieIsTcpsWhichCostsLess() {
        rttNs = NEAR_NS;
        connected().run(30_000);
        assertEquals(Transport.TCP, now);
        assertEquals(1, moves);
    }

    @Test
    void fromTcpTheSameHoldsTheOtherWayRound() {
        now = Transport.TCP;
        connected().run(30_000);
        assertEquals(Transport.UDT, now);
    }

    @Test
    void fromTcpNextDoorATieStaysWithTcp() {
        now = Transport.TCP;
        rttNs = NEAR_NS;
        connected().run(30_000);
        assertEquals(Transport.TCP, now);
    }

    @Test
    void aDownloadThatIsSoonOverIsLeftAlone() {
        leftBytes = 1_000_000_000; // 80 s
        connected().run(79_000);
        assertEquals(0, moves);
    }

    @Test
    void nextDoorItNeedNotBeAsLong() {
        rttNs = NEAR_NS;
        leftBytes = 100_000_000; // 8 s
        connected().run(5_000);
        assertEquals(1, moves);
        assertEquals(Transport.TCP, now);
    }

    @Test
    void aRateThatALimitHoldsSaysNothing() {
        held = true;
        udtBits = 2e6;
        connected().run(600_000);
        assertEquals(0, moves);
        held = false;
        run(30_000);
        assertEquals(Transport.TCP, now);
    }

    @Test
    void nothingIsDecidedByAnEndpointThatBringsNothing() {
        udtBits = 0;
        connected().run(600_000);
        assertEquals(0, moves);
    }

    @Test
    void whatCannotBeHadIsNotAskedForAgain() {
        udtBits = 2e6;
        connected();
        while (trial.on(nowNs += TICK_MS * MS_NS, receivedBytes += 50_000, leftBytes, rttNs, held) == Move.STAY) {
            moves = 0;
        }
        trial.onUnreachable(nowNs);
        run(200_000);
        assertEquals(0, moves);
        assertEquals(Transport.UDT, now);
    }

    @Test
    void aTrialThatBreaksIsLost() {
        connected().run(4_000);
        assertEquals(Transport.TCP, now);
        trial.onBroken(nowNs);
        connected(); // Again over TCP, which the run would go on over by itself.
        run(600_000);
        assertEquals(Transport.UDT, now);
        assertEquals(2, moves);
    }

    /** Some networks begin to hold UDP back when it has moved much. */
    @Test
    void aRateThatHasFallenForLongIsLookedIntoAgain() {
        tcpBits = 20e6;
        connected().run(310_000);
        assertEquals(Transport.UDT, now);
        udtBits = 2e6;
        run(60_000);
        assertEquals(Transport.TCP, now);
        assertNotNull(trial.takeVerdict());
        assertEquals(3, moves);
    }
}
