package io.parcelnode.node.get;

import io.parcelnode.node.path.PathChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * What the server may send, over all open connections together: each is asked for its part. Thread-safe, and may be
 * changed while connections are open.
 */
final class ReceiveLimit {
    private final List<PathChannel> channels = new ArrayList<>();
    private long bitsPerSecond;

    /** @param newBitsPerSecond headers included, 0 for no limit */
    synchronized void set(long newBitsPerSecond) {
        bitsPerSecond = newBitsPerSecond;
        share();
    }

    /** A new connection, whose server knows of no limit yet. */
    synchronized void add(PathChannel channel) {
        channels.removeIf(other -> !other.isOpen());
        channels.add(channel);
        if (bitsPerSecond > 0) {
            share();
        }
    }

    private void share() {
        for (PathChannel channel : channels) {
            channel.limitReceiving(bitsPerSecond / channels.size());
        }
    }
}
