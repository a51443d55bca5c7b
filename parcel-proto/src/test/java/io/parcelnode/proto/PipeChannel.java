package io.parcelnode.proto;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;

/** One end of a pair of channels in memory, with bounded room, a record of what was written, and faults to order. */
final class PipeChannel implements ByteChannel {
    private static final int ROOM_BYTES = 512 * 1024;

    /** One direction. */
    private static final class Direction {
        private final ByteBuffer buffer = ByteBuffer.allocate(ROOM_BYTES);
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private boolean recording = true;
        private boolean ended;
        private long passedBytes;
        private long cutAtByte = Long.MAX_VALUE;
        private long flipAtByte = -1;

        synchronized int write(ByteBuffer source) throws IOException {
            int count = 0;
            while (source.hasRemaining()) {
                while (!ended && !buffer.hasRemaining()) {
                    await();
                }
                if (ended) {
                    throw new ClosedChannelException();
                }
                byte[] piece = new byte[Math.min(source.remaining(), buffer.remaining())];
                source.get(piece);
                if (recording) {
                    written.writeBytes(piece);
                }
                if (flipAtByte >= passedBytes && flipAtByte < passedBytes + piece.length) {
                    piece[(int) (flipAtByte - passedBytes)] ^= 0x40;
                }
                int kept = (int) Math.min(piece.length, Math.max(0, cutAtByte - passedBytes));
                buffer.put(piece, 0, kept);
                passedBytes += piece.length;
                ended = kept < piece.length || passedBytes == cutAtByte;
                count += piece.length;
                notifyAll();
            }
            return count;
        }

        synchronized int read(ByteBuffer target) throws IOException {
            while (buffer.position() == 0 && !ended) {
                await();
            }
            if (buffer.position() == 0) {
                return -1;
            }
            buffer.flip();
            int count = Math.min(buffer.remaining(), target.remaining());
            target.put(buffer.slice(buffer.position(), count));
            buffer.position(buffer.position() + count);
            buffer.compact();
            notifyAll();
            return count;
        }

        synchronized void end() {
            ended = true;
            notifyAll();
        }

        private void await() throws IOException {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private final Direction in;
    private final Direction out;
    private volatile boolean closed;

    private PipeChannel(Direction in, Direction out) {
        this.in = in;
        this.out = out;
    }

    /** The client's end and the server's. */
    static PipeChannel[] pair() {
        Direction up = new Direction();
        Direction down = new Direction();
        return new PipeChannel[] {new PipeChannel(down, up), new PipeChannel(up, down)};
    }

    /** What this end writes is cut after so many bytes in all; the other end then reads the end of the stream. */
    void cutAfter(long bytes) {
        synchronized (out) {
            out.cutAtByte = bytes;
            if (out.passedBytes >= bytes) {
                out.end();
            }
        }
    }

    /** The other end reads this byte of what is written here with one bit changed. */
    void flipByte(long index) {
        synchronized (out) {
            out.flipAtByte = index;
        }
    }

    long writtenBytes() {
        synchronized (out) {
            return out.passedBytes;
        }
    }

    byte[] written() {
        synchronized (out) {
            return out.written.toByteArray();
        }
    }

    PipeChannel notRecording() {
        in.recording = false;
        out.recording = false;
        return this;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        int count = in.read(target);
        if (closed) {
            throw new ClosedChannelException();
        }
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        return out.write(source);
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
        in.end();
        out.end();
    }
}
