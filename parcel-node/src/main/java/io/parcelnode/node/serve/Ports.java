package io.parcelnode.node.serve;

import io.parcelnode.node.cli.MemoryPlan;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.limits.RateLimits;
import io.parcelnode.node.path.TcpPort;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.nio.UdtServerChannel;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;

/**
 * Where a server is reached: at a UDP port, and at the TCP port of the same number unless that is not wanted.
 *
 * @param tcp null for none
 */
record Ports(UdtServerChannel udp, TcpPort tcp) implements Closeable {
    /** Of a free number it is known for UDP alone that it is free. */
    private static final int ATTEMPTS = 20;

    /** The UDP port can be had, the TCP port not. */
    static final class TcpInUseException extends BindException {
        private static final long serialVersionUID = 1;

        TcpInUseException(BindException cause) {
            super(Messages.of(cause));
            initCause(cause);
        }
    }

    /**
     * @param transport of what goes over UDP; how long a client may be silent counts for TCP as well
     * @param tcp whether clients that UDP does not reach may come over TCP
     */
    public record Where(InetSocketAddress address, UdtOptions transport, boolean tcp) {}

    /** @throws BindException if one of the two is in use, or the address not this machine's */
    static Ports bind(Where where, MemoryPlan memory) throws IOException {
        for (int attempt = 1; ; attempt++) {
            UdtServerChannel udp = UdtServerChannel.bind(
                    where.address,
                    where.transport,
                    memory.clientsMax() + Turnstile.TOLD_MAX,
                    memory.connectionsBytes(),
                    RateLimits::ownerOf);
            try {
                InetSocketAddress same = new InetSocketAddress(
                        where.address.getAddress(), udp.localAddress().getPort());
                return new Ports(udp, where.tcp ? TcpPort.bind(same, where.transport.peerTimeout()) : null);
            } catch (BindException e) {
                udp.close();
                if (where.address.getPort() != 0 || attempt == ATTEMPTS) {
                    throw new TcpInUseException(e);
                }
            } catch (IOException | RuntimeException e) {
                udp.close();
                throw e;
            }
        }
    }

    void admission(Turnstile turnstile) {
        udp.admission(turnstile);
        if (tcp != null) {
            tcp.admission(turnstile);
        }
    }

    @Override
    public void close() {
        udp.close();
        if (tcp != null) {
            tcp.close();
        }
    }
}
