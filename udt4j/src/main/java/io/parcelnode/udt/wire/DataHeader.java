package io.parcelnode.udt.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Data packet header (draft section 2, libudt packet.cpp).
 * <pre>
 *  byte 0   |0|          sequence number (31 bits)            |
 *  byte 4   |FF|O|        message number (29 bits)            |
 *  byte 8   |        timestamp (microseconds since set-up)    |
 *  byte 12  |              destination socket ID              |
 * </pre>
 * A stream receiver ignores the whole second word; a sender still fills it as libudt does.
 */
public final class DataHeader {
    /** First and only packet of its message, deliver in order. */
    private static final int SOLO_IN_ORDER = 0xE000_0000;

    private static final int MESSAGE_MASK = 0x1FFF_FFFF;

    private DataHeader() {}

    public static int sequence(DirectBuffer packet, int offset) {
        return packet.getInt(offset, BIG_ENDIAN) & SequenceNumbers.MASK;
    }

    /** Writes the whole header. Each packet is a message of its own, numbered from 1; 0 is never used. */
    public static void write(
            MutableDirectBuffer packet,
            int offset,
            int sequence,
            long packetNumber,
            int timestampMicros,
            int destinationSocketId) {
        assert sequence >= 0 : "sequence=" + sequence;
        int messageNumber = (int) (packetNumber % (MESSAGE_MASK - 1)) + 1;
        packet.putInt(offset, sequence, BIG_ENDIAN);
        packet.putInt(offset + 4, SOLO_IN_ORDER | messageNumber, BIG_ENDIAN);
        PacketHeader.tail(packet, offset, timestampMicros, destinationSocketId);
    }
}
