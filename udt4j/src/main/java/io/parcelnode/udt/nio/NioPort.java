package io.parcelnode.udt.nio;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One UDP socket without blocking, and the waiting for it. All but {@link #wakeUp} belong to the loop's thread.
 *
 * <p>A connected port (a client's) hears only its peer and needs no address look-up per datagram.
 */
final class NioPort {
    /** Below this a selector's millisecond timer is too coarse. */
    private static final long SELECT_MIN_NS = 1_000_000;
    /** Shorter parks take no shorter; what arrives meanwhile is handled as one batch. */
    private static final long PARK_NS = 50_000;

    private static final long SELECT_MAX_MS = 60_000;

    private final DatagramChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final InetSocketAddress peer;
    private final SocketBuffers buffers;
    private long sendErrors;

    private NioPort(DatagramChannel channel, InetSocketAddress peer, int askedBufferBytes) throws IOException {
        this.channel = channel;
        this.buffers = new SocketBuffers(
                askedBufferBytes,
                channel.getOption(StandardSocketOptions.SO_RCVBUF),
                channel.getOption(StandardSocketOptions.SO_SNDBUF));
        this.peer = peer;
        this.selector = Selector.open();
        this.key = channel.register(selector, SelectionKey.OP_READ);
    }

    static NioPort bind(InetSocketAddress local, int datagramBufferBytes) throws IOException {
        DatagramChannel channel = open(local.getAddress(), datagramBufferBytes);
        try {
            channel.bind(local);
            return new NioPort(channel, null, datagramBufferBytes);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    static NioPort connect(InetSocketAddress peer, int datagramBufferBytes) throws IOException {
        DatagramChannel channel = open(peer.getAddress(), datagramBufferBytes);
        try {
            channel.connect(peer);
            return new NioPort(channel, peer, datagramBufferBytes);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    SocketBuffers buffers() {
        return buffers;
    }

    /** Reads one datagram and returns where it came from, null when there is none. */
    InetSocketAddress receive(ByteBuffer target) throws IOException {
        if (peer == null) {
            return (InetSocketAddress) channel.receive(target);
        }
        try {
            // A datagram of no bytes is none of ours and may count as silence.
            return channel.read(target) > 0 ? peer : null;
        } catch (PortUnreachableException e) {
            // An ICMP message, which anyone can forge; the handshake and the peer timer judge.
            sendErrors++;
            return null;
        }
    }

    /** False if the socket is full: offer the same datagram again once it has room. */
    boolean send(ByteBuffer datagram, InetSocketAddress target) {
        int length = datagram.remaining();
        try {
            int sent = peer == null ? channel.send(datagram, target) : channel.write(datagram);
            return sent == length;
        } catch (IOException e) {
            // Unreachable, too long for the interface, no route: to the protocol all of these are a lost datagram.
            sendErrors++;
            return true;
        }
    }

    long sendErrors() {
        return sendErrors;
    }

    /** Waits for a datagram, a wake-up or {@code timeoutNs}. */
    void await(long timeoutNs, boolean forRoom) throws IOException {
        int operations = forRoom ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != operations) {
            key.interestOps(operations);
        }
        if (timeoutNs <= 0 && !forRoom) {
            // A burst takes longer to send than the pacer's gap: what is due by now must not wait for a park to end.
            return;
        }
        if (timeoutNs < SELECT_MIN_NS && !forRoom) {
            pause();
        } else {
            long timeoutMs = Math.max(1, Math.min(SELECT_MAX_MS, TimeUnit.NANOSECONDS.toMillis(timeoutNs)));
            selector.select(selected -> {}, timeoutMs);
        }
    }

    /** The shortest useful sleep: while packets stream in or out, it makes batches of them. */
    void pause() {
        LockSupport.parkNanos(PARK_NS);
    }

    /** Ends {@link #await} early. Any thread. */
    void wakeUp() {
        selector.wakeup();
    }

    void close() throws IOException {
        selector.close();
        channel.close();
    }

    private static DatagramChannel open(InetAddress address, int bufferBytes) throws IOException {
        DatagramChannel channel = DatagramChannel.open(
                address instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, bufferBytes);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, bufferBytes);
        return channel;
    }
}
