package io.parcelnode.node.get;

import io.parcelnode.node.get.ServerLink.Connection;
import io.parcelnode.node.path.Transport;
import io.parcelnode.udt.UdtStats;
import java.util.Locale;

/**
 * How the network path is, as this end sees it.
 *
 * @param rttMs smoothed round trip time; over TCP that of connecting
 * @param lossShare data packets that were missing and came again, of all that the server sent over this connection;
 *     null over TCP, which keeps it to itself
 */
record PathFigures(double rttMs, Double lossShare) {
    static PathFigures of(Connection connection) {
        UdtStats stats = connection.stats();
        if (connection.channel().transport() == Transport.TCP) {
            return new PathFigures(stats.rttMicros() / 1e3, null);
        }
        long sent = stats.packetsReceived() + stats.packetsLostByUs();
        return new PathFigures(stats.rttMicros() / 1e3, sent == 0 ? 0 : (double) stats.packetsLostByUs() / sent);
    }

    @Override
    public String toString() {
        return lossShare == null
                ? String.format(Locale.ROOT, "rtt %.0f ms, TCP", rttMs)
                : String.format(Locale.ROOT, "rtt %.0f ms, loss %.2f%%", rttMs, lossShare * 100);
    }
}
