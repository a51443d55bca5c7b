package io.parcelnode.sim;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.agrona.MutableDirectBuffer;

/**
 * An endless pseudo-random stream whose bytes follow from their position, so that nothing sent need be kept.
 *
 * <p>It repeats after a prime number of bytes: no shift by packets, chunks or ring laps looks like the right place. All
 * streams of a simulation are cut from one {@link #pattern}, which so stays in the processor's cache, each from a place
 * of its own: one that gets the bytes of another does not find its own.
 */
final class ByteStream {
    static final int PERIOD_BYTES = 16_381;
    static final int SPAN_MAX_BYTES = 1 << 14;
    /** Bytes that are not to be found in the stream. */
    static final int NOWHERE = -1;

    /** Far apart for streams made one after the other, and a different one for each of the first 16,381. */
    private static final long PHASE_STEP_BYTES = 6_211;

    private final byte[] bytes;
    private final ByteBuffer view;
    private final long phaseBytes;

    /** @param number of this stream among those of the same pattern */
    ByteStream(byte[] pattern, int number) {
        bytes = pattern;
        view = ByteBuffer.wrap(pattern);
        phaseBytes = PHASE_STEP_BYTES * number % PERIOD_BYTES;
    }

    /** What streams are cut from: {@link #PERIOD_BYTES} random bytes, over and over. */
    static byte[] pattern(SplittableRandom random) {
        byte[] pattern = new byte[PERIOD_BYTES + SPAN_MAX_BYTES];
        random.nextBytes(pattern);
        for (int i = PERIOD_BYTES; i < pattern.length; i++) {
            pattern[i] = pattern[i - PERIOD_BYTES];
        }
        return pattern;
    }

    /** The bytes from {@code position} on; valid until the next call. */
    ByteBuffer span(long position, int length) {
        int start = start(position);
        return view.limit(start + length).position(start);
    }

    /** Where {@link #copyTo} finds these bytes, if they are those that stand at {@code position}, else {@link #NOWHERE}. */
    int find(long position, byte[] source, int offset, int length) {
        int start = start(position);
        return Arrays.equals(source, offset, offset + length, bytes, start, start + length) ? start : NOWHERE;
    }

    void copyTo(int start, MutableDirectBuffer target, int offset, int length) {
        target.putBytes(offset, bytes, start, length);
    }

    /** Index of the first byte that differs from the stream, -1 when all are as they should be. */
    int mismatch(long position, byte[] received, int length) {
        int start = start(position);
        return Arrays.mismatch(received, 0, length, bytes, start, start + length);
    }

    private int start(long position) {
        return (int) Math.floorMod(position + phaseBytes, (long) PERIOD_BYTES);
    }
}
