package io.parcelnode.udt.engine;

/**
 * Which lost packet goes next, and which of them go twice.
 *
 * <p>Each loss of one packet holds up all behind it for a round trip, so a packet that was lost before goes twice; and
 * when nothing new is left to send, every repair does, for then the last one decides when the stream ends. The copy
 * goes a little later, since losses come in bursts. Owned by one connection; not thread-safe.
 */
final class Repairs {
    static final long NEVER = Long.MAX_VALUE;

    /** Longer than a burst of losses lasts on a path that is worth it. */
    private static final long COPY_AFTER_MAX_NS = 20_000_000;

    private static final int SENDS_BEFORE_TWICE = 2;
    /** With so many to repair the path must have been flooded: nothing goes twice while others wait. */
    private static final int TWICE_PACKETS_MAX = 64;
    /** Copies that may wait; a power of two. What finds no room goes once. */
    private static final int COPIES_MAX = 256;

    private final Scoreboard board;
    // Rings; there from the first copy on.
    private long[] copies;
    private long[] dueNs;
    private int first;
    private int end;

    Repairs(Scoreboard board) {
        this.board = board;
    }

    /** When the next may go, as far as this decides: {@link Long#MIN_VALUE} for at once. */
    long nextNs() {
        if (board.hasLost()) {
            return Long.MIN_VALUE;
        }
        return first == end ? NEVER : dueNs[first & COPIES_MAX - 1];
    }

    /**
     * The packet to send again now, -1 for none.
     *
     * @param newestNs when a packet was sent for the first time last
     * @param nothingNew whether there is nothing to send but repairs
     * @param rttNs smoothed round trip time
     */
    long poll(long nowNs, long newestNs, boolean nothingNew, long rttNs) {
        while (first != end && dueNs[first & COPIES_MAX - 1] <= nowNs) {
            long copy = copies[first++ & COPIES_MAX - 1];
            if (board.isOnItsWay(copy)) {
                return copy;
            }
        }
        if (!board.hasLost()) {
            return -1;
        }
        boolean few = board.lostPackets() <= TWICE_PACKETS_MAX;
        long packet = board.pollLost();
        long copyAfterNs = Math.min(COPY_AFTER_MAX_NS, rttNs / 4);
        boolean tail = nothingNew && nowNs - newestNs >= copyAfterNs;
        if (few && (tail || board.sends(packet) >= SENDS_BEFORE_TWICE)) {
            addCopy(packet, nowNs + copyAfterNs);
        }
        return packet;
    }

    /** Nothing is happening: keeps only what a quiet connection needs. */
    void trim() {
        if (first == end) {
            copies = null;
            dueNs = null;
            first = 0;
            end = 0;
        }
    }

    private void addCopy(long packet, long atNs) {
        if (copies == null) {
            copies = new long[COPIES_MAX];
            dueNs = new long[COPIES_MAX];
        }
        if (end - first < COPIES_MAX) {
            copies[end & COPIES_MAX - 1] = packet;
            dueNs[end++ & COPIES_MAX - 1] = atNs;
        }
    }
}
