package io.parcelnode.sim.relay;

import java.net.SocketAddress;
import java.nio.channels.DatagramChannel;

/** One client address and the socket that stands for it at the server. Owned by the relay's thread. */
final class RelayClient {
    final SocketAddress address;
    final DatagramChannel upstream;
    long activeNs;

    RelayClient(SocketAddress address, DatagramChannel upstream) {
        this.address = address;
        this.upstream = upstream;
    }
}
