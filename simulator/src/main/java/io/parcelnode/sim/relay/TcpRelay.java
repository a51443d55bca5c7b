package io.parcelnode.sim.relay;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Passes TCP connections on to a server, no faster than it may, or for a while not at all. Thread-safe. */
public final class TcpRelay implements Closeable {
    private static final int PIECE_BYTES = 16 << 10;
    private static final long HELD_POLL_MS = 20;

    private final ServerSocketChannel listener;
    private final InetSocketAddress server;
    private final long bitsPerSecond;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger accepted = new AtomicInteger();
    private final Collection<SocketChannel> channels = new ConcurrentLinkedQueue<>();
    private volatile boolean held;

    /**
     * @param port to listen on
     * @param bitsPerSecond of each connection towards the client, 0 for no limit
     */
    public TcpRelay(int port, InetSocketAddress server, long bitsPerSecond) throws IOException {
        this.server = server;
        this.bitsPerSecond = bitsPerSecond;
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(server.getAddress(), port));
        start(this::acceptAll);
    }

    /** Of all connections and both directions. */
    public long bytes() {
        return bytes.get();
    }

    /** Accepted so far. */
    public int connections() {
        return accepted.get();
    }

    /** Nothing passes while it is held, and nobody is told; later it goes on. */
    public void hold(boolean now) {
        held = now;
    }

    /** Both ends of each connection find it closed. */
    public void cutAll() {
        channels.forEach(TcpRelay::closeQuietly);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cutAll();
    }

    private void acceptAll() {
        try {
            while (true) {
                SocketChannel client = listener.accept();
                SocketChannel onward = SocketChannel.open(server);
                accepted.incrementAndGet();
                channels.add(client);
                channels.add(onward);
                start(() -> pass(client, onward, 0));
                start(() -> pass(onward, client, bitsPerSecond));
            }
        } catch (IOException e) {
            cutAll(); // It is closed, or its server is gone.
        }
    }

    private void pass(SocketChannel from, SocketChannel to, long bits) {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        try {
            while (from.read(piece) >= 0) {
                piece.flip();
                bytes.addAndGet(piece.remaining());
                if (bits > 0) {
                    TimeUnit.NANOSECONDS.sleep(piece.remaining() * 8_000_000_000L / bits);
                }
                while (held) {
                    TimeUnit.MILLISECONDS.sleep(HELD_POLL_MS);
                }
                while (piece.hasRemaining()) {
                    to.write(piece);
                }
                piece.clear();
            }
            to.shutdownOutput();
        } catch (IOException | InterruptedException e) {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "tcp-relay");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            return; // Closed is closed.
        }
    }
}
