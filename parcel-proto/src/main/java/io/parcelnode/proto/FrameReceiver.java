package io.parcelnode.proto;

import java.io.Closeable;
import java.io.IOException;
import java.nio.BufferUnderflowException;
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
        this.pipeline = new OrderedPipeline("parcel-open", threads, FrameSlot::open, this::handOn, channel);
    }

    void setThreads(int threads) {
        pipeline.setThreads(threads);
    }

    /**
     * Returns when the peer has closed the channel after its sealed end. A stream that ends without one is an error,
     * whatever the channel says; after it, the channel may end as it likes.
     */
    void run() throws SessionException {
        try {
            readAll();
        } catch (IOException e) {
            IOException cause = pipeline.failure() == null ? e : pipeline.failure();
            if (cause instanceof SessionException known) {
                throw known;
            }
            if (!ended) {
                throw new SessionException("the connection failed: " + cause, cause);
            }
        }
    }

    private void readAll() throws IOException {
        while (fill(FrameSlot.HEADER_BYTES)) {
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
        pipeline.drain();
        if (!ended) {
            throw truncated();
        }
    }

    @Override
    public void close() {
        pipeline.close();
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
            } catch (BufferUnderflowException e) {
                throw new SessionException("the peer sent a frame of type " + type + " that is too short", e);
            }
        }
    }
}
