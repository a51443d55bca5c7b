package io.parcelnode.node.ledger;

import io.parcelnode.udt.UdtStats;

/** What the ledger keeps of a connection's counters, which run from the connection's start. */
record PathFigures(
        long bytesSent,
        long packetsSent,
        long packetsRetransmitted,
        long rttMicros,
        long rttP50Micros,
        long rttP99Micros) {
    static PathFigures of(UdtStats stats) {
        return new PathFigures(
                stats.bytesSent(),
                stats.packetsSent(),
                stats.packetsRetransmitted(),
                stats.rttMicros(),
                stats.rttP50Micros(),
                stats.rttP99Micros());
    }

    /** Share of the data packets that were sent again. */
    double loss() {
        return packetsSent == 0 ? 0 : (double) packetsRetransmitted / packetsSent;
    }
}
