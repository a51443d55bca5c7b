package io.parcelnode.perf;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.IntConsumer;

/** A transport to measure. Both methods move bytes until their process is ended; each runs in a JVM of its own. */
interface LoopbackPeer {
    /** Largest IP datagram on the path, the same for every peer that chooses its datagrams itself. */
    int MTU_BYTES = 1500;

    /** IPv4 and UDP headers. */
    int HEADER_BYTES = 28;

    /** One write or read of the application. */
    int CHUNK_BYTES = 1 << 20;

    /** Flight window in packets and buffers in bytes that the UDT peers share. */
    int WINDOW_PACKETS = 25_600;

    int BUFFER_BYTES = 32 << 20;
    int DATAGRAM_BUFFER_BYTES = 8 << 20;

    static List<String> names() {
        return List.of(Udt4jPeer.NAME, LibudtPeer.NAME, BareNioPeer.NAME, TcpPeer.NAME);
    }

    static LoopbackPeer named(String name) {
        return switch (name) {
            case Udt4jPeer.NAME -> new Udt4jPeer();
            case LibudtPeer.NAME -> new LibudtPeer();
            case BareNioPeer.NAME -> new BareNioPeer();
            case TcpPeer.NAME -> new TcpPeer();
            default -> throw new IllegalArgumentException("peer \"" + name + "\" is none of " + names());
        };
    }

    /** Binds {@code local} (port 0: any), tells the port, takes one connection and reads from it. */
    void receive(InetSocketAddress local, IntConsumer onPort, Meter meter) throws IOException;

    /** Connects and writes for ever; counts what the transport accepted. */
    void send(InetSocketAddress receiver, Meter meter) throws IOException;
}
