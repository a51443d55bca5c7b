package io.parcelnode.node.serve;

import io.parcelnode.node.path.PathChannel;
import io.parcelnode.node.path.Transport;
import io.parcelnode.udt.UdtStats;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * A connection that carries nothing.
 *
 * @param figures asked for each time
 * @param limit told each limit of sending in bits per second
 */
record FakePath(InetSocketAddress remoteAddress, Supplier<CompletableFuture<UdtStats>> figures, LongConsumer limit)
        implements PathChannel {
    /** Without figures. */
    FakePath(InetSocketAddress remoteAddress) {
        this(remoteAddress, () -> CompletableFuture.completedFuture(null), bits -> {});
    }

    @Override
    public Transport transport() {
        return Transport.UDT;
    }

    @Override
    public CompletableFuture<UdtStats> statsSoon() {
        return figures.get();
    }

    @Override
    public Duration loopIdle() {
        return Duration.ZERO;
    }

    @Override
    public void limitSending(long bitsPerSecond) {
        limit.accept(bitsPerSecond);
    }

    @Override
    public void limitReceiving(long bitsPerSecond) {
        throw new UnsupportedOperationException("a server asks for no limit");
    }

    @Override
    public int read(ByteBuffer target) {
        return -1;
    }

    @Override
    public int write(ByteBuffer source) {
        return 0;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void abort() {
        close();
    }

    @Override
    public void close() {
        // There is nothing to end.
    }
}
