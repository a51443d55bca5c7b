package io.parcelnode.sim;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.agrona.MutableDirectBuffer;

/**
 * An endless pseudo-random stream whose bytes follow from their position, so that nothing sent need be kept.
 *
 * <p>It repeats after a prime number of bytes: no shift by packets, chunks or ring laps looks like the right place.
 */
final class ByteStream {
    static final int PERIOD_BYTES = 65_521;
    static final int SPAN_MAX_BYTES = 1 << 16;
    /** Bytes that are not to be found in the stream. */
    static final int NOWHERE = -1;

    private final byte[] bytes = new byte[PERIOD_BYTES + SPAN_MAX_BYTES];
    private final ByteBuffer view = ByteBuffer.wrap(bytes);

    ByteStream(SplittableRandom random) {
        random.nextBytes(bytes);
        for (int i = PERIOD_BYTES; i < bytes.length; i++) {
            bytes[i] = bytes[i - PERIOD_BYTES];
        }
    }

    /** The bytes from {@code position} on; valid until the next call. */
    ByteBuffer span(long position, int length) {
        int start = (int) (position % PERIOD_BYTES);
        return view.limit(start + length).position(start);
    }

    /** Where {@link #copyTo} finds these bytes, if they are those that stand at {@code position}, else {@link #NOWHERE}. */
    int find(long position, byte[] source, int offset, int length) {
        int start = (int) Math.floorMod(position, (long) PERIOD_BYTES);
        return Arrays.equals(source, offset, offset + length, bytes, start, start + length) ? start : NOWHERE;
    }

    void copyTo(int start, MutableDirectBuffer target, int offset, int length) {
        target.putBytes(offset, bytes, start, length);
    }

    /** Index of the first byte that differs from the stream, -1 when all are as they should be. */
    int mismatch(long position, byte[] received, int length) {
        int start = (int) (position % PERIOD_BYTES);
        return Arrays.mismatch(received, 0, length, bytes, start, start + length);
    }
}
