package io.parcelnode.udt.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Bytes as they were seen on the wire of libudt 4.11. */
class WireFormatTest {
    private final UnsafeBuffer packet = new UnsafeBuffer(new byte[128]);

    @Test
    void firstHandshakeRequestIsWhatLibudtSends() {
        ControlHeader.write(packet, 0, ControlHeader.HANDSHAKE, 0, 0);
        HandshakeBody.version(packet, 16, HandshakeBody.VERSION);
        HandshakeBody.socketType(packet, 16, HandshakeBody.STREAM);
        HandshakeBody.initialSequence(packet, 16, 1_000);
        HandshakeBody.mssBytes(packet, 16, 1_500);
        HandshakeBody.windowPackets(packet, 16, 8_192);
        HandshakeBody.requestType(packet, 16, HandshakeBody.REQUEST);
        HandshakeBody.socketId(packet, 16, 77);
        HandshakeBody.cookie(packet, 16, 0);
        HandshakeBody.address(packet, 16, new byte[] {127, 0, 0, 1});
        assertEquals(
                "80000000000000000000000000000000"
                        + "0000000400000001000003e8000005dc00002000000000010000004d00000000"
                        + "0100007f000000000000000000000000",
                hex(64));
    }

    @Test
    void emptyControlPacketsCarryOneZeroWord() {
        assertEquals(20, ControlHeader.writeEmpty(packet, 0, ControlHeader.ACK2, 5, 9));
        assertEquals("8006000000000005" + "0000000000000009" + "00000000", hex(20));
        assertEquals(ControlHeader.ACK2, ControlHeader.type(packet, 0));
        assertEquals(5, ControlHeader.additionalInfo(packet, 0));
        assertEquals(9, PacketHeader.destinationSocketId(packet, 0));
    }

    @Test
    void lossListCodesSinglesAndRanges() {
        int length = LossListBody.write(packet, 0, 2, 2);
        length += LossListBody.write(packet, length, 6, 11);
        length += LossListBody.write(packet, length, 14, 14);
        assertEquals("00000002" + "80000006" + "0000000b" + "0000000e", hex(length));
        assertTrue(LossListBody.isWellFormed(packet, 0, length));
        assertEquals(6, LossListBody.first(packet, 4));
        assertEquals(11, LossListBody.last(packet, 4));
    }

    @Test
    void lossListThatEndsInsideARangeIsRefused() {
        int length = LossListBody.write(packet, 0, 6, 11);
        assertFalse(LossListBody.isWellFormed(packet, 0, length - 4));
        assertFalse(LossListBody.isWellFormed(packet, 0, 0));
        assertFalse(LossListBody.isWellFormed(packet, 0, 3));
    }

    @Test
    void messageNumberIsNeverZero() {
        DataHeader.write(packet, 0, 3, 0, 0, 1);
        assertEquals(0xE000_0001, packet.getInt(4, java.nio.ByteOrder.BIG_ENDIAN));
        DataHeader.write(packet, 0, 3, 0x1FFF_FFFEL, 0, 1);
        assertEquals(0xE000_0001, packet.getInt(4, java.nio.ByteOrder.BIG_ENDIAN));
        assertFalse(PacketHeader.isControl(packet, 0));
    }

    @Test
    void ipv6AddressIsReversedInGroupsOfFour() {
        byte[] address = HexFormat.of().parseHex("20010db8000000000000000000000001");
        HandshakeBody.address(packet, 0, address);
        assertEquals("b80d0120000000000000000001000000", HexFormat.of().formatHex(packet.byteArray(), 32, 48));
    }

    private String hex(int length) {
        return HexFormat.of().formatHex(packet.byteArray(), 0, length);
    }
}
