package io.parcelnode.udt.engine;

import io.parcelnode.udt.wire.ControlHeader;
import org.agrona.MutableDirectBuffer;

/** Tells the peer that it is over: nobody confirms a Shutdown, so it is said three times. Not thread-safe. */
final class OwnShutdown {
    private static final int REPEATS = 3;
    private static final long GAP_MAX_NS = 200_000_000;

    private int left;
    private long dueNs;

    void start(long nowNs) {
        left = REPEATS;
        dueNs = nowNs;
    }

    long deadlineNs() {
        return dueNs;
    }

    boolean isDone() {
        return left == 0;
    }

    /** Writes the next one if it is due and returns its length, 0 for none. */
    int poll(long nowNs, long rttNs, MutableDirectBuffer target, int offset, int peerSocketId) {
        if (nowNs < dueNs) {
            return 0;
        }
        left--;
        dueNs = nowNs + Math.min(rttNs, GAP_MAX_NS);
        return ControlHeader.writeEmpty(target, offset, ControlHeader.SHUTDOWN, 0, peerSocketId);
    }
}
