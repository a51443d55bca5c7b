package io.parcelnode.udt.congestion;

/**
 * What one acknowledgement tells. Filled anew by the sender for each; nothing may keep it.
 */
public final class Delivery {
    /** When it was received. */
    public long nowNs;
    /** Every packet before this one has arrived. */
    public long ackedPacket;
    /** True when that, or more, is known to the peer's ACK clock and not only to ours: libudt's rules hang on it. */
    public boolean isFullAck;
    /** Packets that are known to have arrived since the last one. */
    public int packets;
    /** All packets known to have arrived so far. */
    public long totalPackets;
    /** What {@link #totalPackets} was when the newest of these was sent: a round trip lies between. */
    public long totalPacketsWhenSent;
    /** Packets per second over about the last round trip; 0 when it cannot be told. */
    public double ratePacketsPerSecond;
    /** True when the application, not the path, set that rate. */
    public boolean isApplicationLimited;
    /** Round trip time of the newest of these, in nanoseconds; 0 when it cannot be told. */
    public long rttNs;
    /** Packets sent and neither known to have arrived nor known to be lost. */
    public int inFlightPackets;
}
