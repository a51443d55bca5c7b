package io.parcelnode.udt.congestion;

/** What the sender knows of its path when it asks for a rate. Read by congestion control, written by the engine. */
public interface PathView {
    /** Smoothed round trip time in microseconds. */
    double rttMicros();

    /** Packets per second that arrive at the peer, smoothed; 0 until known. */
    double deliveryRatePacketsPerSecond();

    /** Packets per second that the path could carry, smoothed; 0 until known. */
    double capacityPacketsPerSecond();

    /** Number of the newest packet sent, counted from 0; -1 before the first. */
    long lastSentPacket();
}
