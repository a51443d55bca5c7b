package io.parcelnode.node.path;

import io.parcelnode.udt.UdtStats;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A blocking byte channel to the other end, over one of the transports. Thread-safe: one thread may read while another
 * writes. A thread that is interrupted in {@link #read} or {@link #write} ends the connection, as NIO channels do.
 */
public interface PathChannel extends ByteChannel {
    Transport transport();

    InetSocketAddress remoteAddress();

    /** Counters so far, asked without waiting; what the transport cannot tell is 0. After the end, the last ones. */
    CompletableFuture<UdtStats> statsSoon();

    /** How long the thread that moves its packets has had nothing to do, since it began. */
    Duration loopIdle();

    /** From now on this end sends no faster; 10 kbit/s to 100 Gbit/s, 0 for no limit. */
    void limitSending(long bitsPerSecond);

    /** From now on the other end sends no faster; 10 kbit/s to 100 Gbit/s, 0 for no limit. */
    void limitReceiving(long bitsPerSecond);

    /** Ends the connection at once; what is on its way is lost. Never waits. */
    void abort();

    default UdtStats stats() {
        return statsSoon().join();
    }
}
