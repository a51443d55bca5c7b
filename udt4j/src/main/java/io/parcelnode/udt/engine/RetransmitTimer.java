package io.parcelnode.udt.engine;

import io.parcelnode.udt.wire.PacketHeader;

/**
 * Finds out what is missing when the peer says nothing of it: probes with the first and the last packet in flight, so
 * that its answer tells the rest. libudt instead sends all again that is unacknowledged (core.cpp, checkTimers). Owned by
 * one connection; not thread-safe.
 */
final class RetransmitTimer {
    static final long NEVER = Long.MAX_VALUE;

    private static final long MARGIN_NS = 15_000_000;
    /** So many probes without an answer, and the path counts as dark. */
    private static final int DARK_TIMEOUTS = 2;
    /** On a dark path nothing is late any more: there a probe only has to find out soon that the path is back. */
    private static final long DARK_PAUSE_MIN_NS = 10_000_000;

    private static final long RARE_PAUSE_MIN_NS = 1_000_000_000;
    /** After so long a silence probes become rare. */
    private static final long FREQUENT_PROBES_NS = 20_000_000_000L;
    /** Paths that carry nothing larger than this are not worth a second try. */
    private static final int BLACK_HOLE_PAYLOAD_MIN_BYTES = 576 - PacketHeader.OVERHEAD_BYTES;

    private static final int BLACK_HOLE_TIMEOUTS = 5;
    private static final long BLACK_HOLE_NS = 10_000_000_000L;

    private final Scoreboard board;
    private final RttEstimator rtt;
    private int timeouts;
    private boolean heardSinceTimeout;
    private long stuckSinceNs;

    RetransmitTimer(Scoreboard board, RttEstimator rtt) {
        this.board = board;
        this.rtt = rtt;
    }

    /** The peer has told something. */
    void onHeard() {
        heardSinceTimeout = true;
    }

    /** A packet goes out and nothing else was on its way. */
    void onFirstInFlight(long nowNs) {
        stuckSinceNs = nowNs;
    }

    /** More has arrived at the peer. */
    void onProgress(long nowNs) {
        timeouts = 0;
        stuckSinceNs = nowNs;
    }

    /** When {@link #onDeadline} has something to do. */
    long deadlineNs() {
        if (board.isEmpty() || board.isLost(board.firstUnacked())) {
            return NEVER;
        }
        // While ACKs move on nothing is late: in slow start the queue grows faster than any estimate of the round trip.
        long lastTryNs = Math.max(board.sentNs(board.firstUnacked()), stuckSinceNs);
        return lastTryNs + pauseNs(lastTryNs - stuckSinceNs);
    }

    /** From one probe to the next. Two packets each half round trip harm nobody. */
    private long pauseNs(long silenceNs) {
        long patienceNs = rtt.patienceNs() + MARGIN_NS;
        if (silenceNs >= FREQUENT_PROBES_NS) {
            return Math.max(patienceNs, RARE_PAUSE_MIN_NS);
        }
        if (timeouts < DARK_TIMEOUTS) {
            return patienceNs;
        }
        return Math.min(patienceNs, Math.max(DARK_PAUSE_MIN_NS, (long) (rtt.rttMicros() * 500)));
    }

    /** @return true if the path has now been silent for so long that the congestion control should know */
    boolean onDeadline(long nowNs) {
        if (nowNs < deadlineNs()) {
            return false;
        }
        timeouts++;
        board.begin();
        if (heardSinceTimeout || timeouts == 1) {
            // In silence only probes go: an answer will tell what else is missing, and without one all of it would be
            // lost.
            board.detectLosses(0, board.frontier(), nowNs - rtt.patienceNs() - MARGIN_NS);
        }
        heardSinceTimeout = false;
        board.probe(board.firstUnacked());
        long newest = board.nextPacket() - 1;
        if (newest > board.firstUnacked() && nowNs - board.sentNs(newest) >= rtt.patienceNs()) {
            // Its arrival shows the peer every gap before it, so a lost tail costs no round trip per packet.
            board.probe(newest);
        }
        return timeouts == DARK_TIMEOUTS;
    }

    /** Full-size packets never got through although they were sent again and again. */
    boolean isBlackHole(long nowNs) {
        return timeouts >= BLACK_HOLE_TIMEOUTS
                && nowNs - stuckSinceNs >= BLACK_HOLE_NS
                && !board.isEmpty()
                && board.length(board.firstUnacked())
                        > Math.max(BLACK_HOLE_PAYLOAD_MIN_BYTES, board.largestArrivedBytes());
    }
}
