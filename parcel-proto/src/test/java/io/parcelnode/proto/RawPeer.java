package io.parcelnode.proto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;

/** A peer that makes the handshake properly and then seals and sends whatever frames a test wants. */
final class RawPeer {
    private static final Duration TIMEOUT = Duration.ofSeconds(50);

    private final ByteChannel channel;
    private final DirectionKeys outgoing;
    private final DirectionKeys incoming;
    private final ByteBuffer input = ByteBuffer.allocate(64 * 1024);
    private final FrameCipher cipher = new FrameCipher();

    private RawPeer(ByteChannel channel, TlsHandshake.Result handshake, byte[] out, byte[] in) throws IOException {
        this.channel = channel;
        this.outgoing = new DirectionKeys(out, Limits.REKEY_BYTES_MAX);
        this.incoming = new DirectionKeys(in, Limits.REKEY_BYTES_MAX);
        sendRaw(handshake.unsent());
        input.put(handshake.leftover());
    }

    static RawPeer client(ByteChannel channel) throws IOException {
        TlsHandshake.Result result = TlsHandshake.client(channel, TestServer.TRUST, TIMEOUT);
        return new RawPeer(channel, result, result.clientSecret(), result.serverSecret());
    }

    static RawPeer server(ByteChannel channel) throws IOException {
        TlsHandshake.Result result = TlsHandshake.server(channel, TestServer.IDENTITY, TIMEOUT);
        return new RawPeer(channel, result, result.serverSecret(), result.clientSecret());
    }

    void sendRaw(byte[] bytes) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        while (source.hasRemaining()) {
            channel.write(source);
        }
    }

    void send(byte[] frame) throws IOException {
        FrameSlot slot = FrameSlot.holding(frame);
        outgoing.assign(slot, slot.record.length);
        cipher.seal(slot);
        sendRaw(slot.record);
    }

    /** The next frame, opened. */
    ByteBuffer receive() throws IOException {
        while (input.position() < Limits.RECORD_HEADER_BYTES
                || input.position() < RecordHeader.recordLength(input.array(), 0)) {
            if (channel.read(input) < 0) {
                throw new IOException("end of stream");
            }
        }
        FrameSlot slot = new FrameSlot();
        slot.recordLength = RecordHeader.recordLength(input.array(), 0);
        slot.record = new byte[slot.recordLength];
        slot.plain = new byte[Limits.PLAIN_BYTES_MAX];
        input.flip().get(slot.record);
        input.compact();
        incoming.assign(slot, slot.recordLength);
        cipher.open(slot);
        return ByteBuffer.wrap(slot.plain, 0, slot.plainLength);
    }

    /** Skips frames up to one of this type. */
    ByteBuffer receive(int type) throws IOException {
        while (true) {
            ByteBuffer frame = receive();
            if (frame.get(0) == type) {
                return frame;
            }
        }
    }

    static byte[] frame(int type, int requestId, long offset, int bodyLength) {
        return ByteBuffer.allocate(Limits.FRAME_HEADER_BYTES + bodyLength)
                .put((byte) type)
                .putInt(requestId)
                .putLong(offset)
                .array();
    }
}
