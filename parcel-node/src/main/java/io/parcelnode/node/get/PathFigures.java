package io.parcelnode.node.get;

import io.parcelnode.node.get.ServerLink.Connection;
import io.parcelnode.udt.UdtStats;
import java.util.Locale;

/**
 * How the network path is, as this end sees it.
 *
 * @param rttMs smoothed round trip time
 * @param lossShare data packets that were missing and came again, of all that the server sent over this connection
 */
record PathFigures(double rttMs, double lossShare) {
    static PathFigures of(Connection connection) {
        UdtStats stats = connection.stats();
        long sent = stats.packetsReceived() + stats.packetsLostByUs();
        return new PathFigures(stats.rttMicros() / 1e3, sent == 0 ? 0 : (double) stats.packetsLostByUs() / sent);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "rtt %.0f ms, loss %.2f%%", rttMs, lossShare * 100);
    }
}
