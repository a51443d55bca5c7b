package io.parcelnode.udt.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Body of an ACK (libudt core.cpp, sendCtrl and processCtrl case 2). Light ACKs are the first word alone.
 * <pre>
 *  byte 0   ACK number: every packet before it has arrived
 *  byte 4   smoothed RTT, microseconds
 *  byte 8   RTT variance, microseconds
 *  byte 12  free receive buffer, packets, counted from the ACK number
 *  byte 16  arrival rate, packets per second      (24-byte ACKs only)
 *  byte 20  link capacity, packets per second     (24-byte ACKs only)
 * </pre>
 */
public final class AckBody {
    public static final int LIGHT_LENGTH = 4;
    public static final int FULL_LENGTH = 16;
    public static final int FULL_LENGTH_WITH_RATES = 24;

    private AckBody() {}

    /** Lengths 8 and 12 make libudt read stale memory; nobody sends them honestly. */
    public static boolean isWellFormed(int length) {
        return length == LIGHT_LENGTH || length >= FULL_LENGTH;
    }

    public static int ackNumber(DirectBuffer body, int offset) {
        return body.getInt(offset, BIG_ENDIAN) & SequenceNumbers.MASK;
    }

    public static int rttMicros(DirectBuffer body, int offset) {
        return body.getInt(offset + 4, BIG_ENDIAN);
    }

    public static int windowPackets(DirectBuffer body, int offset) {
        return body.getInt(offset + 12, BIG_ENDIAN);
    }

    public static int arrivalRatePacketsPerSecond(DirectBuffer body, int offset) {
        return body.getInt(offset + 16, BIG_ENDIAN);
    }

    public static int capacityPacketsPerSecond(DirectBuffer body, int offset) {
        return body.getInt(offset + 20, BIG_ENDIAN);
    }

    public static void light(MutableDirectBuffer body, int offset, int ackNumber) {
        body.putInt(offset, ackNumber, BIG_ENDIAN);
    }

    public static void full(
            MutableDirectBuffer body,
            int offset,
            int ackNumber,
            int rttMicros,
            int rttVarianceMicros,
            int windowPackets) {
        body.putInt(offset, ackNumber, BIG_ENDIAN);
        body.putInt(offset + 4, rttMicros, BIG_ENDIAN);
        body.putInt(offset + 8, rttVarianceMicros, BIG_ENDIAN);
        body.putInt(offset + 12, windowPackets, BIG_ENDIAN);
    }

    public static void rates(
            MutableDirectBuffer body, int offset, int arrivalRatePacketsPerSecond, int capacityPacketsPerSecond) {
        body.putInt(offset + 16, arrivalRatePacketsPerSecond, BIG_ENDIAN);
        body.putInt(offset + 20, capacityPacketsPerSecond, BIG_ENDIAN);
    }
}
