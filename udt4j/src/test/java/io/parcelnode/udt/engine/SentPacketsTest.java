package io.parcelnode.udt.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SentPacketsTest {
    private final SentPackets sent = new SentPackets(4);

    @Test
    void whatIsKeptOfAPacketSurvivesAMoveToALargerWindow() {
        for (long packet = 6; packet < 10; packet++) {
            sent.add(packet, 1_456 * packet, (int) packet);
            sent.onSent(packet, 100 + packet);
            sent.onSent(packet, 200 + packet, 300 + packet, 400 + packet, packet % 2 == 0);
        }
        sent.resize(8, 6, 10);
        assertEquals(8, sent.capacityPackets());
        for (long packet = 6; packet < 10; packet++) {
            assertEquals(1_456 * packet, sent.start(packet));
            assertEquals(packet, sent.length(packet));
            assertEquals(1, sent.sends(packet));
            assertEquals(100 + packet, sent.sentNs(packet));
            assertEquals(200 + packet, sent.totalWhenSent(packet));
            assertEquals(300 + packet, sent.totalNsWhenSent(packet));
            assertEquals(400 + packet, sent.firstSentNsWhenSent(packet));
            assertEquals(packet % 2 == 0, sent.wasApplicationLimited(packet));
        }
    }

    @Test
    void countsSendingsUpTo127AndLeavesTheRestAlone() {
        sent.add(0, 7, 1_456);
        for (int i = 0; i < 300; i++) {
            sent.onSent(0, i);
            sent.onSent(0, 1, 2, 3, true);
        }
        assertEquals(127, sent.sends(0));
        assertEquals(1_456, sent.length(0));
        assertTrue(sent.wasApplicationLimited(0));
        sent.onSent(0, 1, 2, 3, false);
        assertFalse(sent.wasApplicationLimited(0));
        assertEquals(127, sent.sends(0));
    }

    @Test
    void aNewPacketInAnOldPlaceWasNeverSent() {
        sent.add(1, 0, 10);
        sent.onSent(1, 5);
        sent.add(5, 40, 20);
        assertEquals(0, sent.sends(5));
        assertEquals(20, sent.length(5));
    }
}
