package io.parcelnode.sim;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Stands between an engine and its network, for tests: sees every packet and may change or withhold it. */
interface EndTap {
    EndTap NONE = new EndTap() {};

    /** The engine has written a packet; its length from here on, 0 to withhold it. */
    default int onSend(long nowNs, MutableDirectBuffer packet, int length) {
        return length;
    }

    /** A packet is about to reach the engine; false to withhold it. */
    default boolean onReceive(long nowNs, DirectBuffer packet, int length) {
        return true;
    }
}
