package io.parcelnode.node.path;

import io.parcelnode.udt.UdtStats;
import io.parcelnode.udt.nio.SocketBuffers;
import io.parcelnode.udt.nio.UdtChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A UDT connection. */
public final class UdtPath implements PathChannel {
    private final UdtChannel channel;

    public UdtPath(UdtChannel channel) {
        this.channel = channel;
    }

    @Override
    public Transport transport() {
        return Transport.UDT;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return channel.write(source);
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return channel.remoteAddress();
    }

    @Override
    public CompletableFuture<UdtStats> statsSoon() {
        return channel.statsSoon();
    }

    @Override
    public Duration loopIdle() {
        return channel.loopIdle();
    }

    @Override
    public void limitSending(long bitsPerSecond) {
        channel.limitSending(bitsPerSecond);
    }

    @Override
    public void limitReceiving(long bitsPerSecond) {
        channel.limitReceiving(bitsPerSecond);
    }

    /** What the system has granted. */
    public SocketBuffers socketBuffers() {
        return channel.socketBuffers();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void abort() {
        channel.abort();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
