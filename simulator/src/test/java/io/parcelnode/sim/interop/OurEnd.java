package io.parcelnode.sim.interop;

import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.nio.UdtChannel;
import io.parcelnode.udt.nio.UdtServerChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** What a test does with our side. */
final class OurEnd {
    /** Reads until the peer has closed. */
    static final long TO_THE_END = Long.MAX_VALUE;

    static final UdtOptions OPTIONS = UdtOptions.DEFAULT;

    private OurEnd() {}

    static UdtServerChannel listen() throws IOException {
        return UdtServerChannel.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), OPTIONS);
    }

    static UdtChannel connect(int port) throws IOException {
        return connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
    }

    static UdtChannel connect(InetSocketAddress peer) throws IOException {
        return UdtChannel.connect(peer, OPTIONS);
    }

    /** Returns when everything is acknowledged. */
    static Payload.Summary sendAndClose(UdtChannel channel, long seed, long sizeBytes) throws IOException {
        try (channel) {
            return Payload.send(seed, sizeBytes, channel::write);
        }
    }

    /** The channel stays open: it acknowledges what the sender repeats. */
    static Payload.Summary receive(UdtChannel channel, long limitBytes) throws IOException {
        return Payload.receive(channel::read, limitBytes);
    }
}
