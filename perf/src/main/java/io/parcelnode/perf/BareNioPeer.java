package io.parcelnode.perf;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.function.IntConsumer;

/**
 * Datagrams of full size, one system call each, with no protocol on top: what NIO could do at best. The receiver counts
 * what arrives, so what the kernel drops is no throughput.
 */
final class BareNioPeer implements LoopbackPeer {
    static final String NAME = "bare-nio";

    /** The clock is read once for this many datagrams, so that measuring costs nothing that shows. */
    private static final int DATAGRAMS_PER_COUNT = 64;

    private static final int PAYLOAD_BYTES = MTU_BYTES - HEADER_BYTES;

    @Override
    public void receive(InetSocketAddress local, IntConsumer onPort, Meter meter) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, DATAGRAM_BUFFER_BYTES);
            channel.bind(local);
            onPort.accept(channel.socket().getLocalPort());
            ByteBuffer buffer = ByteBuffer.allocateDirect(PAYLOAD_BYTES);
            channel.connect(channel.receive(buffer));
            while (channel.isOpen()) {
                long bytes = 0;
                for (int i = 0; i < DATAGRAMS_PER_COUNT; i++) {
                    bytes += channel.read(buffer.clear());
                }
                meter.count(bytes);
            }
        }
    }

    @Override
    public void send(InetSocketAddress receiver, Meter meter) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, DATAGRAM_BUFFER_BYTES);
            channel.connect(receiver);
            ByteBuffer buffer = ByteBuffer.allocateDirect(PAYLOAD_BYTES);
            while (channel.isOpen()) {
                long bytes = 0;
                for (int i = 0; i < DATAGRAMS_PER_COUNT; i++) {
                    bytes += writeIgnoringRefusal(channel, buffer.clear());
                }
                meter.count(bytes);
            }
        }
    }

    /** The receiver ends first; what the kernel says about its closed port must not look like a failure. */
    private static int writeIgnoringRefusal(DatagramChannel channel, ByteBuffer datagram) throws IOException {
        try {
            return channel.write(datagram);
        } catch (PortUnreachableException e) {
            return 0;
        }
    }
}
