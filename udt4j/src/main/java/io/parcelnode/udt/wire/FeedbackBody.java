package io.parcelnode.udt.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Body of a feedback packet, which stands in for ACK and NAK between two of our own ends. It travels as control type
 * 0x7FFF, which libudt ignores.
 * <pre>
 *  byte 0   next: every packet before it has arrived
 *  byte 4   frontier: one past the newest packet that has arrived
 *  byte 8   from: where the part of the window begins that the list describes
 *  byte 12  to: and before which packet it ends; in between the listed ones are missing and all others have arrived
 *  byte 16  data packets that have arrived, duplicates not counted, modulo 2^32
 *  byte 20  data packets that had arrived before and came again, modulo 2^32
 *  byte 24  timestamp of the packet that arrived last, as its header had it
 *  byte 28  microseconds from its arrival to this feedback
 *  byte 32  free receive buffer in packets, counted from next; 0 means none
 *  byte 36  arrival rate, packets per second, 0 while unknown
 *  byte 40  link capacity, packets per second, 0 while unknown
 *  byte 44  newest timestamp that has arrived
 *  byte 48  largest lateness of late, microseconds: how far behind the newest timestamp another one came
 *  byte 52  loss list as in a NAK, oldest first
 * </pre>
 * The header's additional info is a rate that the receiver asks the sender to keep to: kbit per second, unsigned, IP and
 * UDP headers included, 0 for no limit. Where more is missing than one datagram can list, the described part moves through the window from one to the next.
 */
public final class FeedbackBody {
    /** Bytes before the loss list. */
    public static final int FIXED_LENGTH = 52;

    private FeedbackBody() {}

    /** What goes into the header's additional info, rounded up. */
    public static int toAskedRate(long bitsPerSecond) {
        return (int) ((bitsPerSecond + 999) / 1_000);
    }

    /** Bits per second, 0 for no limit. */
    public static long askedBitsPerSecond(int additionalInfo) {
        return Integer.toUnsignedLong(additionalInfo) * 1_000;
    }

    public static boolean isWellFormed(DirectBuffer body, int offset, int length) {
        return length == FIXED_LENGTH
                || length > FIXED_LENGTH
                        && LossListBody.isWellFormed(body, offset + FIXED_LENGTH, length - FIXED_LENGTH);
    }

    public static int next(DirectBuffer body, int offset) {
        return body.getInt(offset, BIG_ENDIAN) & SequenceNumbers.MASK;
    }

    public static int frontier(DirectBuffer body, int offset) {
        return body.getInt(offset + 4, BIG_ENDIAN) & SequenceNumbers.MASK;
    }

    public static int from(DirectBuffer body, int offset) {
        return body.getInt(offset + 8, BIG_ENDIAN) & SequenceNumbers.MASK;
    }

    public static int to(DirectBuffer body, int offset) {
        return body.getInt(offset + 12, BIG_ENDIAN) & SequenceNumbers.MASK;
    }

    public static int arrivedPackets(DirectBuffer body, int offset) {
        return body.getInt(offset + 16, BIG_ENDIAN);
    }

    public static int duplicates(DirectBuffer body, int offset) {
        return body.getInt(offset + 20, BIG_ENDIAN);
    }

    public static int echoMicros(DirectBuffer body, int offset) {
        return body.getInt(offset + 24, BIG_ENDIAN);
    }

    public static int heldMicros(DirectBuffer body, int offset) {
        return body.getInt(offset + 28, BIG_ENDIAN);
    }

    public static int windowPackets(DirectBuffer body, int offset) {
        return body.getInt(offset + 32, BIG_ENDIAN);
    }

    public static int arrivalRatePacketsPerSecond(DirectBuffer body, int offset) {
        return body.getInt(offset + 36, BIG_ENDIAN);
    }

    public static int capacityPacketsPerSecond(DirectBuffer body, int offset) {
        return body.getInt(offset + 40, BIG_ENDIAN);
    }

    public static int newestMicros(DirectBuffer body, int offset) {
        return body.getInt(offset + 44, BIG_ENDIAN);
    }

    public static int latenessMicros(DirectBuffer body, int offset) {
        return body.getInt(offset + 48, BIG_ENDIAN);
    }

    /** Writes where the receiver stands. */
    public static void position(MutableDirectBuffer body, int offset, int next, int frontier) {
        body.putInt(offset, next, BIG_ENDIAN);
        body.putInt(offset + 4, frontier, BIG_ENDIAN);
    }

    /** Writes which part of the window the loss list describes. */
    public static void part(MutableDirectBuffer body, int offset, int from, int to) {
        body.putInt(offset + 8, from, BIG_ENDIAN);
        body.putInt(offset + 12, to, BIG_ENDIAN);
    }

    public static void counts(MutableDirectBuffer body, int offset, int arrivedPackets, int duplicates) {
        body.putInt(offset + 16, arrivedPackets, BIG_ENDIAN);
        body.putInt(offset + 20, duplicates, BIG_ENDIAN);
    }

    /** Writes what the sender measures its round trip by. */
    public static void echo(MutableDirectBuffer body, int offset, int echoMicros, int heldMicros) {
        body.putInt(offset + 24, echoMicros, BIG_ENDIAN);
        body.putInt(offset + 28, heldMicros, BIG_ENDIAN);
    }

    /** Writes what tells late packets from lost ones. */
    public static void order(MutableDirectBuffer body, int offset, int newestMicros, int latenessMicros) {
        body.putInt(offset + 44, newestMicros, BIG_ENDIAN);
        body.putInt(offset + 48, latenessMicros, BIG_ENDIAN);
    }

    public static void limits(
            MutableDirectBuffer body,
            int offset,
            int windowPackets,
            int arrivalRatePacketsPerSecond,
            int capacityPacketsPerSecond) {
        body.putInt(offset + 32, windowPackets, BIG_ENDIAN);
        body.putInt(offset + 36, arrivalRatePacketsPerSecond, BIG_ENDIAN);
        body.putInt(offset + 40, capacityPacketsPerSecond, BIG_ENDIAN);
    }
}
