package io.parcelnode.udt.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Body of a NAK: a word with bit 31 clear is one lost sequence number, a word with bit 31 set is the first of a range
 * whose last member, inclusive, is the next word (draft section 6.4, libudt core.cpp, processCtrl case 3).
 */
public final class LossListBody {
    /** Length of an entry that names one packet. */
    public static final int SINGLE_BYTES = 4;
    /** Length of an entry that names a range. */
    public static final int RANGE_BYTES = 8;

    private static final int RANGE_FLAG = 0x8000_0000;

    private LossListBody() {}

    /** False for an empty list and for a range without its second word, which libudt would read past. */
    public static boolean isWellFormed(DirectBuffer body, int offset, int length) {
        if (length < 4 || (length & 3) != 0) {
            return false;
        }
        int at = 0;
        while (at < length) {
            if (body.getInt(offset + at, BIG_ENDIAN) < 0) {
                at += 4;
                if (at >= length || body.getInt(offset + at, BIG_ENDIAN) < 0) {
                    return false;
                }
            }
            at += 4;
        }
        return true;
    }

    public static boolean isRange(DirectBuffer body, int offset) {
        return body.getInt(offset, BIG_ENDIAN) < 0;
    }

    public static int first(DirectBuffer body, int offset) {
        return body.getInt(offset, BIG_ENDIAN) & SequenceNumbers.MASK;
    }

    /** The last member of the range, or the number itself. */
    public static int last(DirectBuffer body, int offset) {
        return isRange(body, offset) ? body.getInt(offset + 4, BIG_ENDIAN) : first(body, offset);
    }

    /** Writes one entry and returns its length, 4 or 8 bytes. */
    public static int write(MutableDirectBuffer body, int offset, int first, int last) {
        if (first == last) {
            body.putInt(offset, first, BIG_ENDIAN);
            return SINGLE_BYTES;
        }
        body.putInt(offset, first | RANGE_FLAG, BIG_ENDIAN);
        body.putInt(offset + 4, last, BIG_ENDIAN);
        return RANGE_BYTES;
    }
}
