package io.parcelnode.udt.nio;

import io.parcelnode.udt.UdtOptions;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Listens on a UDP port; every accepted connection shares that port and its event loop.
 *
 * <p>Thread-safe. {@link #accept} may be interrupted, and closing wakes whoever waits in it.
 */
public final class UdtServerChannel implements Closeable {
    /** Connections on one port unless told otherwise. */
    public static final int CONNECTIONS_MAX = 1_024;

    /** Accepted by the port and not yet by the application; further clients are refused. */
    private static final int BACKLOG = 128;

    private final LinkedBlockingQueue<Object> backlog = new LinkedBlockingQueue<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final InetSocketAddress localAddress;
    private final EventLoop loop;
    private volatile Admission admission = source -> Admission.Verdict.ADMIT;
    private final Function<? super InetAddress, ?> ownerOf;
    private volatile Throwable failure;

    private UdtServerChannel(
            NioPort port,
            UdtOptions options,
            int connectionsMax,
            long memoryBytes,
            Function<? super InetAddress, ?> ownerOf)
            throws IOException {
        this.ownerOf = ownerOf;
        localAddress = port.localAddress();
        loop = new EventLoop(port, options, this, connectionsMax, memoryBytes);
    }

    /** As the longer form, with {@link #CONNECTIONS_MAX} and half of the heap for buffers. */
    public static UdtServerChannel bind(InetSocketAddress local, UdtOptions options) throws IOException {
        return bind(local, options, CONNECTIONS_MAX, Runtime.getRuntime().maxMemory() / 2);
    }

    /**
     * @param local port 0 takes a free one. On a host with several addresses bind one channel per address: answers
     *     from a wildcard address may leave from another than the one that was asked
     * @param connectionsMax clients beyond so many open connections are refused
     * @param memoryBytes what all connections together may buffer; each may have 256 KiB beyond that
     * @throws java.net.BindException if the address is in use or not ours
     */
    public static UdtServerChannel bind(
            InetSocketAddress local, UdtOptions options, int connectionsMax, long memoryBytes) throws IOException {
        return bind(local, options, connectionsMax, memoryBytes, address -> null);
    }

    /**
     * As the shorter form, for a port whose clients are not to gain by having many connections: when more is to be sent
     * than this port's thread or its socket can, those of the same owner share what one other connection gets.
     *
     * @param ownerOf whose a connection from this address is; null for nobody's but its own. Asked once for each, by the
     *     port's thread: it must neither wait nor throw
     * @throws java.net.BindException if the address is in use or not ours
     */
    public static UdtServerChannel bind(
            InetSocketAddress local,
            UdtOptions options,
            int connectionsMax,
            long memoryBytes,
            Function<? super InetAddress, ?> ownerOf)
            throws IOException {
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connectionsMax=" + connectionsMax + " is below 1");
        }
        NioPort port = NioPort.bind(local, options.datagramBufferBytes());
        UdtServerChannel server = new UdtServerChannel(port, options, connectionsMax, memoryBytes, ownerOf);
        server.loop.start("udt-" + server.localAddress.getPort());
        return server;
    }

    /** Waits for a client. */
    public UdtChannel accept() throws IOException {
        if (closed.get()) {
            throw new ClosedChannelException();
        }
        try {
            if (backlog.take() instanceof UdtChannel channel) {
                return channel;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new ClosedByInterruptException();
        }
        backlog.add(this); // For the next waiter.
        if (failure != null) {
            throw new IOException("the event loop of UDP port " + localAddress.getPort() + " failed", failure);
        }
        throw new AsynchronousCloseException();
    }

    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /** From now on; connections that are there stay. Without it everybody is admitted. */
    public void admission(Admission rule) {
        admission = rule;
    }

    /** What the system has granted for {@link UdtOptions#datagramBufferBytes()}. */
    public SocketBuffers socketBuffers() {
        return loop.socketBuffers();
    }

    /** How long the thread that serves this port has had nothing to do, since it began. */
    public Duration loopIdle() {
        return Duration.ofNanos(loop.idleNs());
    }

    /** Done when the thread that serves this port has come round to it; not at all while that thread hangs. */
    public CompletableFuture<Void> loopTurn() {
        CompletableFuture<Void> turn = new CompletableFuture<>();
        if (!loop.execute(() -> turn.complete(null))) {
            turn.completeExceptionally(new ClosedChannelException());
        }
        return turn;
    }

    /** What all connections hold of the memory that they share. */
    public long bufferedBytes() {
        return loop.bufferedBytes();
    }

    public boolean isOpen() {
        return !closed.get();
    }

    /** Ends the port and every connection on it at once; data not yet acknowledged is lost. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        backlog.add(this);
        loop.execute(loop::abortAll);
        loop.stop();
        if (!loop.isLoopThread()) {
            try {
                loop.awaitEnd();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // The loop ends all the same.
            }
        }
    }

    Admission.Verdict admit(InetAddress source) {
        return admission.of(source);
    }

    boolean isBacklogFull() {
        return backlog.size() >= BACKLOG || closed.get();
    }

    Object ownerOf(InetAddress address) {
        return ownerOf.apply(address);
    }

    void onAccepted(UdtChannel channel) {
        backlog.add(channel);
    }

    void onFailure(Throwable thrown) {
        failure = thrown;
        closed.set(true);
        backlog.add(this);
    }
}
