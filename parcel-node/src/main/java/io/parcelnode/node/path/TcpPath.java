package io.parcelnode.node.path;

import io.parcelnode.node.cli.Addresses;
import io.parcelnode.udt.UdtStats;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP connection. The system's own timers notice a dead peer after a quarter of an hour, so a peer from
 * whom a reader has heard nothing for longer than it may be silent ends the connection: the session over it has to see
 * that there is always something to say.
 */
public final class TcpPath implements PathChannel {
    /** The longest piece of a wait for a limit: it may have been raised meanwhile. */
    private static final long PACE_STEP_NS = 100_000_000;

    private final SocketChannel channel;
    private final InetSocketAddress remoteAddress;
    private final long rttMicros;
    private final long silenceMaxNs;
    private final long startNs = System.nanoTime();
    private final Pacer sending = new Pacer();
    private final Pacer receiving = new Pacer();
    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    /** Written with the lock of their direction. */
    private volatile long bytesReceived;

    private volatile long bytesSent;
    private volatile long heardNs = System.nanoTime();
    /** Since when a reader has been waiting for the peer. */
    private volatile long waitingSinceNs;

    private volatile boolean waiting;
    private volatile boolean silent;

    private TcpPath(SocketChannel channel, long rttMicros, Duration silenceMax) throws IOException {
        this.channel = channel;
        this.rttMicros = rttMicros;
        this.silenceMaxNs = silenceMax.toNanos();
        remoteAddress = (InetSocketAddress) channel.getRemoteAddress();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        watchAgain();
    }

    /**
     * Connects from a free local port.
     *
     * @param silenceMax how long the peer may say nothing before the connection counts as lost
     */
    public static TcpPath connect(InetSocketAddress peer, Duration timeout, Duration silenceMax) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            long startNs = System.nanoTime();
            connect(channel, peer, timeout);
            return new TcpPath(channel, (System.nanoTime() - startNs) / 1_000, silenceMax);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Of a client that has connected just now; as above. */
    static TcpPath accepted(SocketChannel channel, Duration silenceMax) throws IOException {
        return new TcpPath(channel, 0, silenceMax);
    }

    /** A channel in blocking mode knows no time-out for this, its socket does, but not how to be interrupted. */
    private static void connect(SocketChannel channel, InetSocketAddress peer, Duration timeout) throws IOException {
        CompletableFuture<Void> late = new CompletableFuture<>();
        late.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS).exceptionally(thrown -> {
            closeQuietly(channel);
            return null;
        });
        try {
            channel.connect(peer);
            if (!late.complete(null)) {
                throw new AsynchronousCloseException();
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (AsynchronousCloseException e) {
            throw new SocketTimeoutException("no answer from " + Addresses.text(peer) + " over TCP within "
                    + timeout.toMillis() / 1e3 + " s; check that a firewall lets it pass");
        } finally {
            late.complete(null);
        }
    }

    @Override
    public Transport transport() {
        return Transport.TCP;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        readLock.lock();
        try {
            pace(receiving);
            int limit = target.limit();
            target.limit(Math.min(limit, target.position() + receiving.sliceBytes()));
            waitingSinceNs = System.nanoTime();
            waiting = true;
            try {
                int count = channel.read(target);
                bytesReceived += Math.max(0, count);
                heardNs = System.nanoTime();
                receiving.onPassed(System.nanoTime(), Math.max(0, count));
                return count;
            } finally {
                waiting = false;
                target.limit(limit);
            }
        } catch (IOException e) {
            throw explained(e);
        } finally {
            readLock.unlock();
        }
    }

    /** Waits until the system has taken all of {@code source}; returns its length. */
    @Override
    public int write(ByteBuffer source) throws IOException {
        writeLock.lock();
        try {
            int length = source.remaining();
            int limit = source.limit();
            while (source.hasRemaining()) {
                pace(sending);
                source.limit(Math.min(limit, source.position() + sending.sliceBytes()));
                try {
                    int count = channel.write(source);
                    bytesSent += count;
                    sending.onPassed(System.nanoTime(), count);
                } finally {
                    source.limit(limit);
                }
            }
            return length;
        } catch (IOException e) {
            throw explained(e);
        } finally {
            writeLock.unlock();
        }
    }

    private void pace(Pacer pacer) throws IOException {
        long leftNs;
        while ((leftNs = pacer.waitNs(System.nanoTime())) > 0 && channel.isOpen()) {
            try {
                TimeUnit.NANOSECONDS.sleep(Math.min(leftNs, PACE_STEP_NS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                channel.close();
                throw new ClosedByInterruptException();
            }
        }
    }

    private IOException explained(IOException e) {
        return !silent
                ? e
                : new IOException(
                        "connection to " + Addresses.text(remoteAddress) + " lost: nothing was heard for "
                                + silenceMaxNs / 1_000_000_000 + " s",
                        e);
    }

    /** No thread of its own: the look takes no time. */
    private void watchAgain() {
        CompletableFuture.delayedExecutor(silenceMaxNs / 4, TimeUnit.NANOSECONDS, Runnable::run)
                .execute(this::watch);
    }

    private void watch() {
        if (!channel.isOpen()) {
            return;
        }
        if (waiting && System.nanoTime() - waitingSinceNs > silenceMaxNs) {
            silent = true;
            closeQuietly(channel);
        } else {
            watchAgain();
        }
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    /** Bytes alone, and the round trip time that connecting took: Java shows nothing of what the system knows. */
    @Override
    public CompletableFuture<UdtStats> statsSoon() {
        long sent = bytesSent;
        return CompletableFuture.completedFuture(new UdtStats(
                0,
                0,
                0,
                0,
                0,
                sent,
                sent,
                bytesReceived,
                0,
                0,
                0,
                0,
                0,
                rttMicros,
                0,
                rttMicros,
                rttMicros,
                0,
                0,
                0,
                0,
                0,
                0,
                System.nanoTime() - heardNs));
    }

    /** There is no such thread. */
    @Override
    public Duration loopIdle() {
        return Duration.ofNanos(System.nanoTime() - startNs);
    }

    /** Within 3%: it is the usual size of a header that is counted. */
    @Override
    public void limitSending(long bitsPerSecond) {
        sending.limit(bitsPerSecond);
    }

    /** Reads no faster, and TCP makes the peer wait; what the system's buffers hold comes ahead of that. */
    @Override
    public void limitReceiving(long bitsPerSecond) {
        receiving.limit(bitsPerSecond);
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void abort() {
        closeQuietly(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            return; // It is of no more use either way.
        }
    }
}
