package io.parcelnode.node.get;

import java.util.ArrayDeque;
import java.util.Locale;

/** How fast something has moved of late, and how long the rest takes at that rate. Used by one thread at a time. */
final class RateMeter {
    private static final long WINDOW_NS = 10_000_000_000L;
    /** What came in less than this says nothing of a rate. */
    private static final long LEAST_NS = 500_000_000;

    private record Seen(long nowNs, long bytes) {}

    private final ArrayDeque<Seen> seen = new ArrayDeque<>();

    /** @param bytes so far; fewer than before means that what is counted has changed */
    void on(long nowNs, long bytes) {
        if (!seen.isEmpty() && bytes < seen.peekLast().bytes) {
            seen.clear();
        }
        seen.addLast(new Seen(nowNs, bytes));
        while (seen.size() > 2 && nowNs - seen.peekFirst().nowNs > WINDOW_NS) {
            seen.removeFirst();
        }
    }

    /** 0 while nothing is known. */
    double bytesPerSecond() {
        if (seen.isEmpty()) {
            return 0;
        }
        long ns = seen.peekLast().nowNs - seen.peekFirst().nowNs;
        return ns < LEAST_NS ? 0 : (seen.peekLast().bytes - seen.peekFirst().bytes) * 1e9 / ns;
    }

    /** -1 while nobody can say. */
    long secondsFor(long leftBytes) {
        double rate = bytesPerSecond();
        return rate <= 0 || leftBytes < 0 ? -1 : (long) Math.ceil(leftBytes / rate);
    }

    /** {@code 1:02:03}, or {@code 2:03} below an hour. */
    static String clock(long seconds) {
        return seconds >= 3_600
                ? String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3_600, seconds / 60 % 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
    }
}
