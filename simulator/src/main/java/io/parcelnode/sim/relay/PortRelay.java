package io.parcelnode.sim.relay;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;

/** One port before a server for both transports, which may fare differently. */
public record PortRelay(UdpRelay udp, TcpRelay tcp) implements Closeable {
    /** Nothing passes. */
    public static final RelayConditions DARK = RelayConditions.NONE.withLossShare(1);

    private static final int ATTEMPTS = 50;

    /**
     * At a free port.
     *
     * @param tcpBitsPerSecond of each connection towards the client, 0 for no limit
     * @param seed of what happens to datagrams
     */
    public static PortRelay start(
            InetSocketAddress server, RelayConditions udpConditions, long tcpBitsPerSecond, long seed)
            throws IOException {
        for (int attempt = 1; ; attempt++) {
            UdpRelay udp = UdpRelay.start(server, udpConditions, seed);
            try {
                return new PortRelay(udp, new TcpRelay(udp.address().getPort(), server, tcpBitsPerSecond));
            } catch (BindException e) {
                udp.close();
                if (attempt == ATTEMPTS) {
                    throw e; // Else the number was free for UDP alone.
                }
            }
        }
    }

    public int port() {
        return udp.address().getPort();
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
