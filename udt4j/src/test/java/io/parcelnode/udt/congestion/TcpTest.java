package io.parcelnode.udt.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TcpTest {
    private static final double RTT_MICROS = 50_000;

    private long lastSent = 9;
    private final Tcp tcp = new Tcp(
            new PathView() {
                @Override
                public double rttMicros() {
                    return RTT_MICROS;
                }

                @Override
                public double deliveryRatePacketsPerSecond() {
                    return 0;
                }

                @Override
                public double capacityPacketsPerSecond() {
                    return 0;
                }

                @Override
                public long lastSentPacket() {
                    return lastSent;
                }
            },
            1_000);

    @Test
    void slowStartDoublesTheWindowEachRoundTrip() {
        assertEquals(10, tcp.windowPackets());
        deliverWindow();
        assertEquals(20, tcp.windowPackets());
        deliverWindow();
        assertEquals(40, tcp.windowPackets());
    }

    @Test
    void theWindowGrowsNoFurtherThanThePeers() {
        for (int i = 0; i < 20; i++) {
            deliverWindow();
        }
        assertEquals(1_000, tcp.windowPackets());
    }

    @Test
    void afterALossTheWindowIsHalfAndGrowsByOnePacketARoundTrip() {
        growTo(160);
        lastSent = 300;
        tcp.onLoss(0, 200, 3);
        assertEquals(80, tcp.windowPackets());
        deliverWindow();
        assertEquals(81, tcp.windowPackets(), 1);
        for (int i = 0; i < 10; i++) {
            deliverWindow();
        }
        assertEquals(91, tcp.windowPackets(), 1);
    }

    @Test
    void whatIsLostWithinOneWindowCountsOnce() {
        growTo(160);
        lastSent = 300;
        tcp.onLoss(0, 200, 1);
        tcp.onLoss(0, 250, 1);
        tcp.onLoss(0, 300, 1);
        assertEquals(80, tcp.windowPackets());
        tcp.onLoss(0, 301, 1);
        assertEquals(40, tcp.windowPackets());
    }

    @Test
    void aTimeoutStartsAgainFromTwoPacketsUpToHalfOfWhatWasInFlight() {
        growTo(160);
        tcp.onTimeout(0);
        assertEquals(2, tcp.windowPackets());
        for (int i = 0; i < 5; i++) {
            deliverWindow();
        }
        // 2, 4, 8, 16, 32, 64: all of the 160 that were in flight had arrived but for the last 80.
        assertEquals(40, tcp.windowPackets(), 2);
    }

    @Test
    void aWindowThatIsNotUsedDoesNotGrow() {
        growTo(160);
        deliver(2, 10);
        assertEquals(160, tcp.windowPackets());
        lastSent = 300;
        tcp.onLoss(0, 200, 1);
        deliver(2, 60);
        assertEquals(80, tcp.windowPackets());
    }

    /** Packets are whole and windows are not: what is in flight never reaches the fraction. */
    @Test
    void aSmallWindowGrowsToo() {
        for (int i = 0; i < 20; i++) {
            tcp.onLoss(0, ++lastSent, 1);
        }
        for (int i = 0; i < 10; i++) {
            deliver(1, tcp.windowPackets() - 1);
        }
        assertTrue(tcp.windowPackets() >= 4, "window " + tcp.windowPackets());
    }

    @Test
    void neverFallsBelowTwoPackets() {
        for (int i = 0; i < 20; i++) {
            tcp.onLoss(0, ++lastSent, 1);
        }
        assertEquals(2, tcp.windowPackets());
    }

    /** Without this a window that opens at once would leave at once. */
    @Test
    void spreadsTheWindowOverTheRoundTrip() {
        growTo(160);
        assertEquals(RTT_MICROS * 1e3 / 160 / 2, tcp.sendPeriodNs(), 1);
        lastSent = 300;
        tcp.onLoss(0, 200, 1);
        double period = tcp.sendPeriodNs();
        assertTrue(period < RTT_MICROS * 1e3 / 80 && period > RTT_MICROS * 1e3 / 80 / 1.5, "period " + period);
    }

    private void growTo(int packets) {
        while (tcp.windowPackets() < packets) {
            deliverWindow();
        }
    }

    /** A round trip of a sender that always has a whole window in flight: half of it is still when the other arrives. */
    private void deliverWindow() {
        int window = tcp.windowPackets();
        for (int i = 0; i < 2; i++) {
            deliver(window / 2, tcp.windowPackets() - window / 2);
        }
    }

    private void deliver(int packets, int inFlightPackets) {
        Delivery delivery = new Delivery();
        delivery.packets = packets;
        delivery.inFlightPackets = inFlightPackets;
        tcp.onDelivered(delivery);
    }
}
