package io.parcelnode.udt.engine;

import io.parcelnode.udt.UdtStats;

/** Gathers the snapshot that users see from the parts that count. */
final class ConnectionStats {
    private ConnectionStats() {}

    /** Before the handshake is done. */
    static UdtStats before(long silenceNs) {
        return new UdtStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, silenceNs);
    }

    static UdtStats of(
            Sender sender,
            Receiver receiver,
            PeerReports reports,
            RttEstimator rtt,
            long datagramsDropped,
            long silenceNs) {
        return new UdtStats(
                sender.packetsSent,
                sender.packetsResent,
                receiver.packetsReceived,
                receiver.packetsDuplicate,
                receiver.packetsMissed,
                sender.bytesSent,
                sender.bytesAcknowledged(),
                receiver.bytesReceived,
                receiver.acksSent,
                reports.acksReceived,
                receiver.naksSent,
                reports.naksReceived,
                datagramsDropped + receiver.packetsOutOfWindow,
                (long) rtt.rttMicros(),
                (long) rtt.varianceMicros(),
                rtt.percentileMicros(50),
                rtt.percentileMicros(99),
                sender.deliveryRatePacketsPerSecond(),
                sender.capacityPacketsPerSecond(),
                sender.sendPeriodNs(),
                sender.packetsInFlight(),
                sender.congestionWindowPackets(),
                receiver.largestPayloadBytes,
                silenceNs);
    }
}
