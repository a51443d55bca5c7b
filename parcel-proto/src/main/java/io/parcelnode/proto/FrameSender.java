package io.parcelnode.proto;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Seals frames and writes them, in the order in which they were sent. Thread-safe; blocks while the channel is slow. */
final class FrameSender implements Closeable {
    private static final int WRITE_BYTES = 1 << 18;

    private final WritableByteChannel channel;
    private final FrameKeys keys;
    private final OrderedPipeline pipeline;
    private final ReentrantLock lock = new ReentrantLock();
    // The pipeline hands on by one thread at a time.
    private final ByteBuffer outgoing = ByteBuffer.allocate(WRITE_BYTES);

    FrameSender(WritableByteChannel channel, byte[] secret, long rekeyBytes, int threads) {
        this.channel = channel;
        this.keys = new FrameKeys(secret, rekeyBytes);
        this.pipeline = new OrderedPipeline("parcel-seal", threads, FrameSlot::seal, this::write, channel);
    }

    void setThreads(int threads) {
        pipeline.setThreads(threads);
    }

    /** @param body fills in at most {@link Frame#BODY_MAX_BYTES} */
    void send(byte type, int request, long offset, Consumer<ByteBuffer> body) throws IOException {
        lock.lock();
        try {
            FrameSlot slot = pipeline.claim();
            ByteBuffer bytes = slot.bytes.clear().position(FrameSlot.HEADER_BYTES);
            bytes.limit(FrameSlot.HEADER_BYTES + FrameSlot.FRAME_MAX_BYTES);
            bytes.put(type).putInt(request).putLong(offset);
            body.accept(bytes);
            slot.frameBytes = bytes.position() - FrameSlot.HEADER_BYTES;
            keys.assign(slot, slot.frameBytes);
            pipeline.submit();
        } finally {
            lock.unlock();
        }
    }

    void send(byte type, int request) throws IOException {
        send(type, request, 0, body -> {});
    }

    /** Waits until the channel has taken everything. */
    void flush() throws IOException {
        pipeline.drain();
    }

    @Override
    public void close() {
        pipeline.close();
    }

    private void write(List<FrameSlot> slots) throws IOException {
        for (FrameSlot slot : slots) {
            if (outgoing.remaining() < slot.bytes.remaining()) {
                writeOut();
            }
            outgoing.put(slot.bytes);
        }
        writeOut();
    }

    private void writeOut() throws IOException {
        outgoing.flip();
        while (outgoing.hasRemaining()) {
            channel.write(outgoing);
        }
        outgoing.clear();
    }
}
