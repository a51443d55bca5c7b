package io.parcelnode.proto;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.List;

/**
 * Reads records, opens them and hands frames on in order. {@link #run} belongs to one thread, which reads the channel;
 * the handler is called by the pipeline's threads, one at a time.
 */
final class FrameReceiver implements Closeable {
    private static final int READ_BYTES = 1 << 18;

    /** Takes one frame; must not block. */
    interface Handler {
        /** @return false after the last frame that may come */
        boolean onFrame(byte type, int request, long offset, ByteBuffer body) throws IOException;
    }

    private final ReadableByteChannel channel;
    private final FrameKeys keys;
    private final Handler handler;
    private final OrderedPipeline pipeline;
    private final ByteBuffer incoming = ByteBuffer.allocate(READ_BYTES).flip();
    private volatile boolean ended;

    FrameReceiver(ReadableByteChannel channel, byte[] secret, long rekeyBytes, int threads, Handler handler) {
        this.channel = channel;
        this.keys = new FrameKeys(secret, rekeyBytes);
        this.handler = handler;
        this.pipeline = new OrderedPipeline("parcel-open", threads, FrameSlot::open, this::handOn);
    }

    void setThreads(int threads) {
        pipeline.setThreads(threads);
    }

    /** Returns after the peer's sealed end; a stream that ends without it is an error, whatever the channel says. */
    void run() throws IOException {
        while (!ended) {
            if (!fill(FrameSlot.HEADER_BYTES)) {
                finish();
                return;
            }
            FrameSlot slot = pipeline.claim();
            slot.bytes.clear();
            copy(slot.bytes, FrameSlot.HEADER_BYTES);
            int length = slot.parseHeader() + FrameSlot.TAG_BYTES;
            if (!fill(length)) {
                throw truncated();
            }
            copy(slot.bytes, length);
            keys.assign(slot, slot.frameBytes);
            pipeline.submit();
        }
    }

    @Override
    public void close() {
        pipeline.close();
    }

    /** The channel has ended: that is right only if the last frame was the sealed end. */
    private void finish() throws IOException {
        pipeline.drain();
        if (!ended) {
            throw truncated();
        }
    }

    private static SessionException truncated() {
        return new SessionException("the stream ended before its sealed end: the connection was cut");
    }

    private boolean fill(int bytes) throws IOException {
        while (incoming.remaining() < bytes) {
            incoming.compact();
            int length;
            try {
                length = channel.read(incoming);
            } finally {
                incoming.flip();
            }
            if (length < 0) {
                return false;
            }
        }
        return true;
    }

    private void copy(ByteBuffer target, int bytes) {
        target.put(target.position(), incoming, incoming.position(), bytes);
        target.position(target.position() + bytes);
        incoming.position(incoming.position() + bytes);
    }

    private void handOn(List<FrameSlot> slots) throws IOException {
        for (FrameSlot slot : slots) {
            if (ended) {
                throw new SessionException("the peer sent frames after its sealed end");
            }
            ByteBuffer frame = slot.bytes;
            byte type = frame.get();
            int request = frame.getInt();
            long offset = frame.getLong();
            try {
                ended = !handler.onFrame(type, request, offset, frame);
            } catch (java.nio.BufferUnderflowException e) {
                throw new SessionException("the peer sent a frame of type " + type + " that is too short", e);
            }
        }
    }
}
