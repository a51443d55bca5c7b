package io.parcelnode.sim;

import org.agrona.DirectBuffer;

/** Where a route ends. */
public interface PacketSink {
    /** A packet of {@code length} bytes has arrived; the buffer is the sink's until this returns. */
    void onPacket(long nowNs, DirectBuffer packet, int length);
}
