package io.parcelnode.sim;

import org.agrona.DirectBuffer;

/** Picks packets that a link drops, for scripted scenarios; may keep state. */
@FunctionalInterface
public interface PacketFilter {
    PacketFilter NONE = (nowNs, index, packet, length) -> false;

    /**
     * @param index how many packets have entered the link before this one
     * @param packet UDT packet, from offset 0 on
     */
    boolean drops(long nowNs, long index, DirectBuffer packet, int length);
}
