package io.parcelnode.udt.nio;

import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.UdtStats;
import io.parcelnode.udt.engine.ReceiveRing;
import io.parcelnode.udt.engine.SendRing;
import io.parcelnode.udt.engine.UdtConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * A UDT connection as a blocking byte channel: a reliable, ordered stream in both directions.
 *
 * <p>Thread-safe: one thread may read while another writes; further readers and writers take turns. A thread that is
 * interrupted in {@link #read} or {@link #write} ends the connection, as NIO channels do. Closing from another thread
 * wakes whoever is blocked.
 */
public final class UdtChannel implements ByteChannel {
    private static final int STREAM_CHUNK_BYTES = 1 << 16;

    private final EventLoop loop;
    private final UdtConnection connection;
    private final InetSocketAddress remoteAddress;
    private final UdtOptions options;
    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private final Waiter reader = new Waiter();
    private final Waiter writer = new Waiter();
    private final AtomicBoolean closeAsked = new AtomicBoolean();
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private final CompletableFuture<UdtStats> ended = new CompletableFuture<>();
    private volatile InetSocketAddress localAddress;
    private volatile Throwable failure;
    // The loop's.
    private final FairQueue.Owner<UdtChannel> owner;
    private final LoopMarks marks = new LoopMarks();

    UdtChannel(
            EventLoop loop,
            UdtConnection connection,
            InetSocketAddress remoteAddress,
            UdtOptions options,
            FairQueue.Owner<UdtChannel> owner) {
        this.owner = owner;
        this.loop = loop;
        this.connection = connection;
        this.remoteAddress = remoteAddress;
        this.options = options;
    }

    /**
     * Connects from a free local port.
     *
     * @throws UdtConnectException if nobody answers within {@link UdtOptions#connectTimeout()}, or with a refusal
     */
    public static UdtChannel connect(InetSocketAddress peer, UdtOptions options) throws IOException {
        if (peer.isUnresolved()) {
            throw new UdtConnectException(
                    "the host name " + peer.getHostString() + " has no address; check its spelling and the DNS",
                    CloseReason.CONNECT_TIMEOUT);
        }
        NioPort port = NioPort.connect(peer, options.datagramBufferBytes());
        EventLoop loop = new EventLoop(port, options, null, 0, 0);
        int socketId = loop.random().nextInt(1, Integer.MAX_VALUE);
        byte[] address = peer.getAddress().getAddress();
        UdtConnection connection = UdtConnection.connect(loop.nowNs(), options, socketId, address, loop.random());
        UdtChannel channel = new UdtChannel(loop, connection, peer, options, new FairQueue.Owner<>(null));
        channel.localAddress = port.localAddress();
        loop.add(channel);
        channel.marks.touch();
        loop.start("udt-" + channel.localAddress.getPort());
        channel.awaitConnected();
        return channel;
    }

    /**
     * Waits for at least one byte unless {@code target} is full.
     *
     * @return bytes read; -1 when the peer has closed and all it sent was read
     * @throws UdtConnectionLostException if the connection broke; what had arrived before was read
     */
    @Override
    public int read(ByteBuffer target) throws IOException {
        readLock.lock();
        try {
            while (true) {
                requireOpen();
                ReceiveRing ring = connection.receiveRing();
                int length = ring.read(target);
                if (length < 0) {
                    return endOfStream();
                }
                if (length > 0 || !target.hasRemaining()) {
                    if (ring.wantsWindowUpdate()) {
                        loop.onProgress(this);
                    }
                    return length;
                }
                reader.await(() -> ring.isReadable() || closeAsked.get() || failure != null, this);
            }
        } finally {
            readLock.unlock();
        }
    }

    /** Waits until all of {@code source} is in the send buffer; returns its length. */
    @Override
    public int write(ByteBuffer source) throws IOException {
        writeLock.lock();
        try {
            int length = source.remaining();
            SendRing ring = connection.sendRing();
            while (true) {
                requireOpen();
                if (ring.isClosed()) {
                    endOfStream();
                    throw new IOException(
                            "the peer " + remoteAddress + " has closed the connection; nothing more can be written");
                }
                if (!source.hasRemaining()) {
                    return length;
                }
                if (ring.write(source) > 0) {
                    loop.onProgress(this);
                } else {
                    writer.await(
                            () -> ring.isWorthWriting() || ring.isClosed() || closeAsked.get() || failure != null,
                            this);
                }
            }
        } finally {
            writeLock.unlock();
        }
    }

    /** A view whose {@code close} closes the channel. */
    public InputStream inputStream() {
        return Channels.newInputStream(this);
    }

    /** A view whose {@code close} closes the channel; bytes leave at once, {@code flush} does nothing. */
    public OutputStream outputStream() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                for (int at = 0; at < length; at += STREAM_CHUNK_BYTES) {
                    UdtChannel.this.write(
                            ByteBuffer.wrap(bytes, offset + at, Math.min(STREAM_CHUNK_BYTES, length - at)));
                }
            }

            @Override
            public void close() throws IOException {
                UdtChannel.this.close();
            }
        };
    }

    /**
     * From now on this end sends no faster, repeated packets and IP and UDP headers included; at most 1 ms and 64 KiB
     * ahead of that. May be changed at any time.
     *
     * @param bitsPerSecond 10 kbit/s to 100 Gbit/s, 0 for no limit
     */
    public void limitSending(long bitsPerSecond) {
        UdtConnection.requireLimit(bitsPerSecond);
        change(nowNs -> connection.limitSending(nowNs, bitsPerSecond));
    }

    /**
     * Asks the peer to send no faster from now on, as {@link #limitSending} has it. A peer of this library keeps to it,
     * if neither end has turned the extension off; libudt cannot be asked.
     */
    public void limitReceiving(long bitsPerSecond) {
        UdtConnection.requireLimit(bitsPerSecond);
        change(nowNs -> connection.limitReceiving(nowNs, bitsPerSecond));
    }

    /** A snapshot of the counters; after the end, the last one. */
    public UdtStats stats() {
        return statsSoon().join();
    }

    /** As {@link #stats}, without waiting: who asks many channels of a port makes its thread turn aside once. */
    public CompletableFuture<UdtStats> statsSoon() {
        CompletableFuture<UdtStats> snapshot = new CompletableFuture<>();
        loop.execute(() -> snapshot.complete(connection.stats(loop.nowNs())));
        return CompletableFuture.anyOf(snapshot, ended).thenApply(UdtStats.class::cast);
    }

    /** Why the connection is over, null while it is not. */
    public CloseReason closeReason() {
        return ended.isDone() ? connection.closeReason() : null;
    }

    /** How long the thread that serves this channel's port has had nothing to do, since it began. */
    public Duration loopIdle() {
        return Duration.ofNanos(loop.idleNs());
    }

    /** What the system has granted for {@link UdtOptions#datagramBufferBytes()}. */
    public SocketBuffers socketBuffers() {
        return loop.socketBuffers();
    }

    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    /** Null for an accepted connection: it has its listener's address. */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public boolean isOpen() {
        return !closeAsked.get() && !ended.isDone();
    }

    /**
     * Waits up to {@link UdtOptions#lingerTimeout()} until the peer has everything that was written, then ends.
     *
     * @throws UdtConnectionLostException if that time was not enough: the peer does not have everything
     */
    @Override
    public void close() throws IOException {
        end(() -> connection.close(loop.nowNs()));
        try {
            ended.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(() -> connection.abort(loop.nowNs()));
            throw new ClosedByInterruptException();
        } catch (ExecutionException e) {
            throw new IOException("the event loop failed before the connection was closed", e.getCause());
        }
        if (connection.closeReason() == CloseReason.LINGER_EXPIRED) {
            throw new UdtConnectionLostException(
                    "the peer " + remoteAddress + " had not acknowledged everything within the linger time of "
                            + options.lingerTimeout().toMillis() + " ms; what was written last may not have arrived",
                    CloseReason.LINGER_EXPIRED);
        }
    }

    /** Ends the connection at once; data not yet acknowledged is lost. Never waits. */
    public void abort() {
        end(() -> connection.abort(loop.nowNs()));
    }

    @Override
    public String toString() {
        return "UdtChannel[" + remoteAddress + (isOpen() ? "" : ", closed") + "]";
    }

    private void change(LongConsumer command) {
        loop.execute(() -> {
            command.accept(loop.nowNs());
            marks.touch();
        });
    }

    private void end(Runnable command) {
        closeAsked.set(true);
        reader.wake();
        writer.wake();
        loop.execute(() -> {
            command.run();
            marks.touch();
        });
    }

    private void awaitConnected() throws IOException {
        try {
            connected.get();
        } catch (InterruptedException e) {
            abort();
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        } catch (ExecutionException e) {
            throw new IOException("the event loop failed while connecting to " + remoteAddress, e.getCause());
        }
        CloseReason reason = connection.closeReason();
        if (connection.receiveRing() == null) {
            throw new UdtConnectException(describe(reason), reason);
        }
    }

    private String describe(CloseReason reason) {
        return switch (reason) {
            case CONNECT_TIMEOUT ->
                "no handshake reply from " + remoteAddress + " within "
                        + options.connectTimeout().toMillis() / 1e3
                        + " s; check that a server listens there and that UDP can reach the port";
            case REFUSED -> remoteAddress + " refused the connection; it may be full, try again later";
            default -> "cannot connect to " + remoteAddress + ": " + reason.text();
        };
    }

    private int endOfStream() throws IOException {
        CloseReason reason = connection.closeReason();
        if (failure != null) {
            throw new IOException("the event loop failed", failure);
        }
        if (reason == null || reason == CloseReason.PEER_SHUTDOWN || reason == CloseReason.LOCAL_CLOSE) {
            requireOpen();
            return -1;
        }
        throw new UdtConnectionLostException("connection to " + remoteAddress + " lost: " + reason.text(), reason);
    }

    private void requireOpen() throws IOException {
        if (closeAsked.get()) {
            throw new ClosedChannelException();
        }
        if (failure != null) {
            throw new IOException("the event loop failed", failure);
        }
    }

    // The loop's side.

    UdtConnection connection() {
        return connection;
    }

    boolean isPeer(InetSocketAddress source) {
        return source == remoteAddress || source.equals(remoteAddress);
    }

    FairQueue.Owner<UdtChannel> owner() {
        return owner;
    }

    LoopMarks marks() {
        return marks;
    }

    void onEvents(int events) {
        if ((events & (UdtConnection.CONNECTED | UdtConnection.CLOSED)) != 0) {
            connected.complete(null);
        }
        if ((events & UdtConnection.CLOSED) != 0) {
            // The repeated Shutdowns that may follow need nobody to wait for them.
            ended.complete(connection.stats(loop.nowNs()));
        }
        if ((events & UdtConnection.READABLE) != 0) {
            reader.wakeIfReady();
        }
        if ((events & UdtConnection.WRITABLE) != 0) {
            writer.wakeIfReady();
        }
    }

    void onEnded(long nowNs) {
        connected.complete(null);
        ended.complete(connection.stats(nowNs));
        reader.wake();
        writer.wake();
    }

    void onFailure(Throwable thrown) {
        failure = thrown;
        connected.completeExceptionally(thrown);
        ended.completeExceptionally(thrown);
        reader.wake();
        writer.wake();
    }

    void onInterrupted() throws IOException {
        abort();
        throw new ClosedByInterruptException();
    }

    void onWoken() throws IOException {
        if (closeAsked.get()) {
            throw new AsynchronousCloseException();
        }
    }
}
