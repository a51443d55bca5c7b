package io.parcelnode.udt.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Body of a handshake packet, always 48 bytes (libudt packet.cpp, CHandShake).
 * <pre>
 *  byte 0   version, 4             byte 20  request type
 *  byte 4   socket type, 1 stream  byte 24  socket ID of the sender
 *  byte 8   initial sequence       byte 28  cookie
 *  byte 12  MSS, bytes             byte 32  peer's IP address, 16 bytes
 *  byte 16  flight window, packets
 * </pre>
 */
public final class HandshakeBody {
    public static final int LENGTH = 48;
    public static final int VERSION = 4;
    /** What libudt sends; the draft says 0. */
    public static final int STREAM = 1;

    /** A client's first request, and the listener's challenge in answer. */
    public static final int REQUEST = 1;
    /** A request that brings the cookie back, and the listener's final answer. */
    public static final int RESPONSE = -1;
    /** The listener will not have it. */
    public static final int REFUSED = 1002;

    private static final int ADDRESS_OFFSET = 32;

    private HandshakeBody() {}

    public static int version(DirectBuffer body, int offset) {
        return body.getInt(offset, BIG_ENDIAN);
    }

    public static int socketType(DirectBuffer body, int offset) {
        return body.getInt(offset + 4, BIG_ENDIAN);
    }

    public static int initialSequence(DirectBuffer body, int offset) {
        return body.getInt(offset + 8, BIG_ENDIAN);
    }

    public static int mssBytes(DirectBuffer body, int offset) {
        return body.getInt(offset + 12, BIG_ENDIAN);
    }

    public static int windowPackets(DirectBuffer body, int offset) {
        return body.getInt(offset + 16, BIG_ENDIAN);
    }

    public static int requestType(DirectBuffer body, int offset) {
        return body.getInt(offset + 20, BIG_ENDIAN);
    }

    public static int socketId(DirectBuffer body, int offset) {
        return body.getInt(offset + 24, BIG_ENDIAN);
    }

    public static int cookie(DirectBuffer body, int offset) {
        return body.getInt(offset + 28, BIG_ENDIAN);
    }

    public static void version(MutableDirectBuffer body, int offset, int version) {
        body.putInt(offset, version, BIG_ENDIAN);
    }

    public static void socketType(MutableDirectBuffer body, int offset, int socketType) {
        body.putInt(offset + 4, socketType, BIG_ENDIAN);
    }

    public static void initialSequence(MutableDirectBuffer body, int offset, int sequence) {
        body.putInt(offset + 8, sequence, BIG_ENDIAN);
    }

    public static void mssBytes(MutableDirectBuffer body, int offset, int mssBytes) {
        body.putInt(offset + 12, mssBytes, BIG_ENDIAN);
    }

    public static void windowPackets(MutableDirectBuffer body, int offset, int windowPackets) {
        body.putInt(offset + 16, windowPackets, BIG_ENDIAN);
    }

    public static void requestType(MutableDirectBuffer body, int offset, int requestType) {
        body.putInt(offset + 20, requestType, BIG_ENDIAN);
    }

    public static void socketId(MutableDirectBuffer body, int offset, int socketId) {
        body.putInt(offset + 24, socketId, BIG_ENDIAN);
    }

    public static void cookie(MutableDirectBuffer body, int offset, int cookie) {
        body.putInt(offset + 28, cookie, BIG_ENDIAN);
    }

    /**
     * Writes an IPv4 or IPv6 address with each group of four bytes reversed, as a little-endian libudt does. Nobody
     * validates it.
     */
    public static void address(MutableDirectBuffer body, int offset, byte[] address) {
        body.setMemory(offset + ADDRESS_OFFSET, 16, (byte) 0);
        for (int i = 0; i < address.length; i++) {
            body.putByte(offset + ADDRESS_OFFSET + (i & ~3) + 3 - (i & 3), address[i]);
        }
    }
}
