package io.parcelnode.perf;

import java.time.Duration;

/**
 * The part of a transfer that counts: it opens {@code warmUp} after the first byte, when the JIT has done its work and
 * slow start is over, and ends after {@code length}, or after {@code bytes} bytes when those are given.
 */
record MeasuredWindow(Duration warmUp, Duration length, long bytes) {
    static final long NO_BYTES = 0;
    static final Duration WARM_UP = Duration.ofMillis(1500);

    boolean isOver(long elapsedNs, long countedBytes) {
        return bytes == NO_BYTES ? elapsedNs >= length.toNanos() : countedBytes >= bytes;
    }

    /** As arguments of a child; {@link #parse} is the inverse. */
    String format() {
        return warmUp.toNanos() + "/" + length.toNanos() + "/" + bytes;
    }

    static MeasuredWindow parse(String text) {
        String[] parts = text.split("/");
        return new MeasuredWindow(
                Duration.ofNanos(Long.parseLong(parts[0])),
                Duration.ofNanos(Long.parseLong(parts[1])),
                Long.parseLong(parts[2]));
    }
}
