package io.parcelnode.udt.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * How two of our own ends find each other: a mark in the two words of a handshake's header that libudt neither reads
 * nor minds. A libudt listener echoes them in its challenge, so an answer of ours changes the mark.
 * <pre>
 *  byte 4   mark, inverted in the answer
 *  byte 8   highest version of the extension that the sender knows; in the answer the one to use
 * </pre>
 */
public final class Extension {
    /** Feedback packets take the place of ACK, ACK2 and NAK. */
    public static final int FEEDBACK_VERSION = 1;

    private static final int MARK = 0x5061_7263;
    private static final int MARK_OFFSET = 4;
    private static final int VERSION_OFFSET = 8;

    private Extension() {}

    /** Marks a request. */
    public static void offer(MutableDirectBuffer handshake, int offset) {
        handshake.putInt(offset + MARK_OFFSET, MARK, BIG_ENDIAN);
        handshake.putInt(offset + VERSION_OFFSET, FEEDBACK_VERSION, BIG_ENDIAN);
    }

    public static boolean isOffered(DirectBuffer handshake, int offset) {
        return handshake.getInt(offset + MARK_OFFSET, BIG_ENDIAN) == MARK
                && handshake.getInt(offset + VERSION_OFFSET, BIG_ENDIAN) >= FEEDBACK_VERSION;
    }

    /** Marks a response to a request that offered. */
    public static void accept(MutableDirectBuffer handshake, int offset) {
        handshake.putInt(offset + MARK_OFFSET, ~MARK, BIG_ENDIAN);
        handshake.putInt(offset + VERSION_OFFSET, FEEDBACK_VERSION, BIG_ENDIAN);
    }

    public static boolean isAccepted(DirectBuffer handshake, int offset) {
        return handshake.getInt(offset + MARK_OFFSET, BIG_ENDIAN) == ~MARK
                && handshake.getInt(offset + VERSION_OFFSET, BIG_ENDIAN) == FEEDBACK_VERSION;
    }
}
