package io.parcelnode.sim.cross;

import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.DataHeader;
import io.parcelnode.udt.wire.PacketHeader;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What the models put on the simulated wire. Links count 28 bytes of headers for every packet.
 *
 * <pre>
 *  byte 0    a UDT header, for the eyes of those who read transcripts
 *  byte 16   packet number (64 bits)
 *  byte 24   transmission number (64 bits): tells a retransmission from its original
 *  byte 32   check: damaged packets vanish, as TCP's checksum makes them
 * </pre>
 */
final class TcpSegment {
    static final int WIRE_BYTES = 1_500;
    static final int DATA_LENGTH = WIRE_BYTES - 28;
    static final int ACK_LENGTH = PacketHeader.LENGTH + 24;

    private static final int PACKET_OFFSET = PacketHeader.LENGTH;
    private static final int TRANSMISSION_OFFSET = PACKET_OFFSET + 8;
    private static final int CHECK_OFFSET = TRANSMISSION_OFFSET + 8;

    private TcpSegment() {}

    static void writeData(MutableDirectBuffer target, long packet, long transmission) {
        DataHeader.write(target, 0, (int) packet & Integer.MAX_VALUE, transmission, 0, 0);
        writeBody(target, packet, transmission);
    }

    /** Acknowledges one transmission of one packet. */
    static void writeAck(MutableDirectBuffer target, long packet, long transmission) {
        ControlHeader.write(target, 0, ControlHeader.ACK, (int) packet & Integer.MAX_VALUE, 0);
        writeBody(target, packet, transmission);
    }

    static boolean isSound(DirectBuffer segment, int length) {
        return length >= ACK_LENGTH
                && segment.getLong(CHECK_OFFSET) == check(packet(segment), transmission(segment))
                && packet(segment) >= 0;
    }

    static long packet(DirectBuffer segment) {
        return segment.getLong(PACKET_OFFSET);
    }

    static long transmission(DirectBuffer segment) {
        return segment.getLong(TRANSMISSION_OFFSET);
    }

    private static void writeBody(MutableDirectBuffer target, long packet, long transmission) {
        target.putLong(PACKET_OFFSET, packet);
        target.putLong(TRANSMISSION_OFFSET, transmission);
        target.putLong(CHECK_OFFSET, check(packet, transmission));
    }

    private static long check(long packet, long transmission) {
        return (packet * 0x9E37_79B9_7F4A_7C15L ^ transmission) * 0xC2B2_AE3D_27D4_EB4FL;
    }
}
