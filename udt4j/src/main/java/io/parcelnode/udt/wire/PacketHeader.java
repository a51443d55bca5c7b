package io.parcelnode.udt.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What data and control packets have in common (libudt packet.cpp).
 * <pre>
 *  byte 0   |C|   type or sequence number                     |   C: 1 = control packet
 *  byte 4   |   depends on the kind                           |
 *  byte 8   |   timestamp (microseconds)                      |
 *  byte 12  |   destination socket ID, 0 asks for a connection|
 * </pre>
 */
public final class PacketHeader {
    /** Bytes of the header. */
    public static final int LENGTH = 16;
    /** Bytes that IPv4 and UDP add; the MSS counts them, and libudt uses the same number for IPv6. */
    public static final int IP_UDP_BYTES = 28;
    /** The MSS less this is the most a data packet carries. */
    public static final int OVERHEAD_BYTES = IP_UDP_BYTES + LENGTH;

    private static final int TIMESTAMP_OFFSET = 8;
    private static final int DESTINATION_OFFSET = 12;

    private PacketHeader() {}

    public static boolean isControl(DirectBuffer packet, int offset) {
        return packet.getByte(offset) < 0;
    }

    public static int timestampMicros(DirectBuffer packet, int offset) {
        return packet.getInt(offset + TIMESTAMP_OFFSET, BIG_ENDIAN);
    }

    public static int destinationSocketId(DirectBuffer packet, int offset) {
        return packet.getInt(offset + DESTINATION_OFFSET, BIG_ENDIAN);
    }

    static void tail(MutableDirectBuffer packet, int offset, int timestampMicros, int destinationSocketId) {
        packet.putInt(offset + TIMESTAMP_OFFSET, timestampMicros, BIG_ENDIAN);
        packet.putInt(offset + DESTINATION_OFFSET, destinationSocketId, BIG_ENDIAN);
    }
}
