package io.parcelnode.node.get;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file on a disk that takes its time to write and to force. */
final class SlowChannel extends ForwardingChannel {
    private final long writeMs;
    private final long forceMs;

    private SlowChannel(FileChannel file, long writeMs, long forceMs) {
        super(file);
        this.writeMs = writeMs;
        this.forceMs = forceMs;
    }

    static Disk disk(long writeMs, long forceMs) {
        return (path, options) -> new SlowChannel(FileChannel.open(path, options), writeMs, forceMs);
    }

    private static void sleep(long ms) throws IOException {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the test is over");
        }
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        sleep(writeMs);
        return super.write(source, position);
    }

    @Override
    public void force(boolean metaData) throws IOException {
        sleep(forceMs);
        super.force(metaData);
    }
}
