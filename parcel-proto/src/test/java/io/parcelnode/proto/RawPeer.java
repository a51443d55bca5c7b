package io.parcelnode.proto;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;

/** A peer that makes the handshake properly and then seals and sends whatever frames a test wants. */
final class RawPeer {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final ByteChannel channel;
    private final FrameKeys outgoing;
    private final FrameKeys incoming;
    private final FrameSlot.Sealing sealing = new FrameSlot.Sealing();

    private RawPeer(ByteChannel channel, byte[] out, byte[] in) {
        this.channel = channel;
        this.outgoing = new FrameKeys(out, FrameKeys.REKEY_BYTES);
        this.incoming = new FrameKeys(in, FrameKeys.REKEY_BYTES);
    }

    static RawPeer client(ByteChannel channel) throws IOException {
        TlsHandshake.Secrets secrets = TlsHandshake.asClient(channel, TestServer.TRUST, TIMEOUT);
        return new RawPeer(channel, secrets.client(), secrets.server());
    }

    static RawPeer server(ByteChannel channel) throws IOException {
        TlsHandshake.Secrets secrets = TlsHandshake.asServer(channel, TestServer.IDENTITY, TIMEOUT);
        return new RawPeer(channel, secrets.server(), secrets.client());
    }

    void sendRaw(byte[] bytes) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        while (source.hasRemaining()) {
            channel.write(source);
        }
    }

    void send(byte[] frame) throws IOException {
        sendRaw(seal(frame));
    }

    /** The frame's record, with the next counter. */
    byte[] seal(byte[] frame) {
        FrameSlot slot = new FrameSlot();
        slot.bytes.position(FrameSlot.HEADER_BYTES).put(frame);
        slot.frameBytes = frame.length;
        outgoing.assign(slot, frame.length);
        try {
            slot.seal(sealing);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
        return Arrays.copyOf(slot.bytes.array(), slot.bytes.limit());
    }

    /** The next frame, opened; positioned at its type. */
    ByteBuffer receive() throws IOException {
        FrameSlot slot = new FrameSlot();
        readFully(slot.bytes.clear().limit(FrameSlot.HEADER_BYTES));
        int length = slot.parseHeader() + FrameSlot.TAG_BYTES;
        readFully(slot.bytes.limit(FrameSlot.HEADER_BYTES + length));
        incoming.assign(slot, slot.frameBytes);
        try {
            slot.open(sealing);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
        return slot.bytes.slice();
    }

    /** Skips frames up to one of this type. */
    ByteBuffer receive(byte type) throws IOException {
        while (true) {
            ByteBuffer frame = receive();
            if (frame.get(0) == type) {
                return frame;
            }
        }
    }

    static byte[] frame(byte type, int request, long offset, Consumer<ByteBuffer> body) {
        ByteBuffer frame = ByteBuffer.allocate(FrameSlot.FRAME_MAX_BYTES);
        frame.put(type).putInt(request).putLong(offset);
        body.accept(frame);
        return Arrays.copyOf(frame.array(), frame.position());
    }

    static byte[] frame(byte type, int request) {
        return frame(type, request, 0, body -> {});
    }

    static byte[] start(int threads) {
        return frame(Frame.START, 0, 0, body -> body.putShort((short) 2).put((byte) threads));
    }

    static byte[] open(int number, OpenRequest request, int credit) {
        return frame(Frame.OPEN, number, request.offsetBytes(), body -> Frame.putOpen(body, request, credit));
    }

    static byte[] credit(int number, int bytes) {
        return frame(Frame.CREDIT, number, 0, body -> body.putInt(bytes));
    }

    private void readFully(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                throw new EOFException("end of stream");
            }
        }
    }
}
