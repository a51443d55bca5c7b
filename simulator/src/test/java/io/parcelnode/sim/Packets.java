package io.parcelnode.sim;

import io.parcelnode.udt.wire.ControlHeader;
import io.parcelnode.udt.wire.HandshakeBody;
import io.parcelnode.udt.wire.PacketHeader;
import org.agrona.DirectBuffer;

/** Picks packets for scripts. */
final class Packets {
    private Packets() {}

    /** From now on the link drops what the filter picks, and nothing that an earlier one picked. */
    static void drop(Link link, PacketFilter filter) {
        link.conditions(link.conditions().withFaults(link.conditions().faults().withFilter(filter)));
    }

    static PacketFilter first(PacketFilter filter) {
        boolean[] done = new boolean[1];
        return (nowNs, index, packet, length) -> {
            boolean hit = !done[0] && filter.drops(nowNs, index, packet, length);
            done[0] |= hit;
            return hit;
        };
    }

    static PacketFilter isHandshake(int requestType) {
        PacketFilter handshake = isControl(ControlHeader.HANDSHAKE);
        return (nowNs, index, packet, length) -> handshake.drops(nowNs, index, packet, length)
                && HandshakeBody.requestType(packet, PacketHeader.LENGTH) == requestType;
    }

    static PacketFilter isControl(int type) {
        return (nowNs, index, packet, length) -> isControl(packet, type);
    }

    static boolean isControl(DirectBuffer packet, int type) {
        return PacketHeader.isControl(packet, 0) && ControlHeader.type(packet, 0) == type;
    }

    static boolean isFeedback(DirectBuffer packet) {
        return isControl(packet, ControlHeader.USER_DEFINED)
                && ControlHeader.extendedType(packet, 0) == ControlHeader.FEEDBACK;
    }

    static boolean isData(DirectBuffer packet) {
        return !PacketHeader.isControl(packet, 0);
    }
}
