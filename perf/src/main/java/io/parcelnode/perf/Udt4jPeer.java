package io.parcelnode.perf;

import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.nio.UdtChannel;
import io.parcelnode.udt.nio.UdtServerChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/** Ours, as an application uses it. */
final class Udt4jPeer implements LoopbackPeer {
    static final String NAME = "udt4j-nio";

    private static final UdtOptions OPTIONS = UdtOptions.DEFAULT
            .withMtuBytes(MTU_BYTES)
            .withFlightWindowPackets(WINDOW_PACKETS)
            .withSendBufferBytes(BUFFER_BYTES)
            .withDatagramBufferBytes(DATAGRAM_BUFFER_BYTES);

    @Override
    public void receive(InetSocketAddress local, IntConsumer onPort, Meter meter) throws IOException {
        try (UdtServerChannel listener = UdtServerChannel.bind(local, OPTIONS)) {
            onPort.accept(listener.localAddress().getPort());
            try (UdtChannel channel = listener.accept()) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
                for (int read = channel.read(buffer); read >= 0; read = channel.read(buffer.clear())) {
                    meter.count(read);
                }
            }
        }
    }

    @Override
    public void send(InetSocketAddress receiver, Meter meter) throws IOException {
        try (UdtChannel channel = UdtChannel.connect(receiver, OPTIONS)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
            while (channel.isOpen()) {
                meter.count(channel.write(buffer.clear()));
            }
        }
    }
}
