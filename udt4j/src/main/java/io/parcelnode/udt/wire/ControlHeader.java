package io.parcelnode.udt.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Control packet header (libudt packet.cpp, CPacket::pack).
 * <pre>
 *  byte 0   |1|   type (15 bits)   |   extended type (16 bits) |
 *  byte 4   |   additional info: ACK sequence number for ACK and ACK2, |
 *           |   for feedback see FeedbackBody, else 0      |
 *  byte 8   |   timestamp, 0 in libudt                         |
 *  byte 12  |   destination socket ID                          |
 * </pre>
 */
public final class ControlHeader {
    public static final int HANDSHAKE = 0;
    public static final int KEEP_ALIVE = 1;
    public static final int ACK = 2;
    public static final int NAK = 3;
    public static final int CONGESTION_WARNING = 4;
    public static final int SHUTDOWN = 5;
    public static final int ACK2 = 6;
    public static final int MESSAGE_DROP = 7;
    public static final int PEER_ERROR = 8;
    public static final int USER_DEFINED = 0x7FFF;
    /** Extended type of a user-defined packet: {@link FeedbackBody}. */
    public static final int FEEDBACK = 1;

    /** A packet that carries nothing still carries one zero word: libudt's scatter-send had no empty vector. */
    public static final int EMPTY_BODY_BYTES = 4;

    private ControlHeader() {}

    public static int type(DirectBuffer packet, int offset) {
        return (packet.getInt(offset, BIG_ENDIAN) >>> 16) & 0x7FFF;
    }

    /** Tells user-defined packets apart. */
    public static int extendedType(DirectBuffer packet, int offset) {
        return packet.getInt(offset, BIG_ENDIAN) & 0xFFFF;
    }

    public static int additionalInfo(DirectBuffer packet, int offset) {
        return packet.getInt(offset + 4, BIG_ENDIAN);
    }

    public static void write(
            MutableDirectBuffer packet, int offset, int type, int additionalInfo, int destinationSocketId) {
        packet.putInt(offset, 0x8000_0000 | type << 16, BIG_ENDIAN);
        packet.putInt(offset + 4, additionalInfo, BIG_ENDIAN);
        PacketHeader.tail(packet, offset, 0, destinationSocketId);
    }

    public static void writeUserDefined(
            MutableDirectBuffer packet, int offset, int extendedType, int additionalInfo, int destinationSocketId) {
        write(packet, offset, USER_DEFINED, additionalInfo, destinationSocketId);
        packet.putInt(offset, 0x8000_0000 | USER_DEFINED << 16 | extendedType, BIG_ENDIAN);
    }

    /** Writes a packet without contents and returns its length. */
    public static int writeEmpty(
            MutableDirectBuffer packet, int offset, int type, int additionalInfo, int destinationSocketId) {
        write(packet, offset, type, additionalInfo, destinationSocketId);
        packet.putInt(offset + PacketHeader.LENGTH, 0, BIG_ENDIAN);
        return PacketHeader.LENGTH + EMPTY_BODY_BYTES;
    }
}
