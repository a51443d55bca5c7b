package io.parcelnode.node.path;

import io.parcelnode.udt.nio.Admission;
import io.parcelnode.udt.nio.Admission.Verdict;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Where clients are accepted that come over TCP. Used by one thread, but for closing. */
public final class TcpPort implements Closeable {
    private static final int BACKLOG = 512;

    private final ServerSocketChannel listener;
    private final Duration silenceMax;
    private volatile Admission admission = source -> Verdict.ADMIT;

    private TcpPort(ServerSocketChannel listener, Duration silenceMax) {
        this.listener = listener;
        this.silenceMax = silenceMax;
    }

    /**
     * @param silenceMax how long a client may say nothing before it counts as lost
     * @throws java.net.BindException if the address is in use or not this machine's
     */
    public static TcpPort bind(InetSocketAddress address, Duration silenceMax) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.bind(address, BACKLOG);
            return new TcpPort(listener, silenceMax);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    /** Whom it does not admit finds the connection closed at once. */
    public void admission(Admission now) {
        admission = now;
    }

    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    public boolean isOpen() {
        return listener.isOpen();
    }

    /**
     * Waits for the next client.
     *
     * @return null for one that is turned away
     * @throws java.nio.channels.ClosedChannelException after {@link #close}
     */
    public TcpPath accept() throws IOException {
        SocketChannel channel = listener.accept();
        try {
            InetSocketAddress client = (InetSocketAddress) channel.getRemoteAddress();
            if (admission.of(client.getAddress()) == Verdict.ADMIT) {
                return TcpPath.accepted(channel, silenceMax);
            }
        } catch (IOException e) {
            channel.close(); // It has gone before we looked at it.
            return null;
        }
        channel.close();
        return null;
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            return; // Nobody is accepted any more either way.
        }
    }
}
