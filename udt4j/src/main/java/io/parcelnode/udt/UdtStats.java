package io.parcelnode.udt;

/**
 * A snapshot of one connection's counters. Counts run from the start of the connection; bytes are payload bytes.
 *
 * @param packetsSent data packets handed to the socket, retransmissions included
 * @param packetsRetransmitted of those, the ones sent again
 * @param packetsReceived data packets accepted, duplicates not included
 * @param packetsDuplicate data packets that had been received before
 * @param packetsLostByUs packets our receive side reported missing, each counted once
 * @param bytesSent payload bytes handed to the socket, retransmissions included
 * @param bytesAcknowledged payload bytes the peer has acknowledged
 * @param bytesReceived payload bytes accepted, duplicates not included
 * @param acksSent full and light
 * @param acksReceived full and light
 * @param naksSent NAK packets sent
 * @param naksReceived NAK packets received
 * @param datagramsDropped datagrams ignored because they were malformed, stale or out of range
 * @param rttMicros smoothed round trip time in microseconds
 * @param rttVarianceMicros mean deviation of the round trip time in microseconds
 * @param rttP50Micros median of the round trip time samples taken on this side, 0 if there are none
 * @param rttP99Micros 99th percentile of those samples, 0 if there are none
 * @param deliveryRatePacketsPerSecond packets per second that the peer says it receives
 * @param linkCapacityPacketsPerSecond packets per second that the peer estimates for the path
 * @param sendPeriodNs present gap between packets in nanoseconds
 * @param packetsInFlight sent and not yet acknowledged
 * @param congestionWindowPackets present limit on those
 * @param largestPayloadReceivedBytes largest data payload that ever arrived; tells whether full-size datagrams pass
 * @param silenceNs time since the peer was last heard
 */
public record UdtStats(
        long packetsSent,
        long packetsRetransmitted,
        long packetsReceived,
        long packetsDuplicate,
        long packetsLostByUs,
        long bytesSent,
        long bytesAcknowledged,
        long bytesReceived,
        long acksSent,
        long acksReceived,
        long naksSent,
        long naksReceived,
        long datagramsDropped,
        long rttMicros,
        long rttVarianceMicros,
        long rttP50Micros,
        long rttP99Micros,
        double deliveryRatePacketsPerSecond,
        double linkCapacityPacketsPerSecond,
        double sendPeriodNs,
        int packetsInFlight,
        int congestionWindowPackets,
        int largestPayloadReceivedBytes,
        long silenceNs) {}
