package io.parcelnode.perf;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.IntConsumer;

/** The kernel's TCP with its own buffer sizes and loopback's own MTU: an upper bound, not a like-for-like peer. */
final class TcpPeer implements LoopbackPeer {
    static final String NAME = "tcp";

    @Override
    public void receive(InetSocketAddress local, IntConsumer onPort, Meter meter) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(local)) {
            onPort.accept(listener.socket().getLocalPort());
            try (SocketChannel channel = listener.accept()) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
                for (int read = channel.read(buffer); read >= 0; read = channel.read(buffer.clear())) {
                    meter.count(read);
                }
            }
        }
    }

    @Override
    public void send(InetSocketAddress receiver, Meter meter) throws IOException {
        try (SocketChannel channel = SocketChannel.open(receiver)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
            while (channel.isOpen()) {
                meter.count(channel.write(buffer.clear()));
            }
        }
    }
}
