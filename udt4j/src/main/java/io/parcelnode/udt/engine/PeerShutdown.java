package io.parcelnode.udt.engine;

/**
 * A Shutdown heard from the peer, and the grace before it is believed: its last data may have been overtaken, and a
 * peer that goes on talking never sent it. Owned by one connection; not thread-safe.
 */
final class PeerShutdown {
    static final long NEVER = Long.MAX_VALUE;

    private static final long GRACE_MIN_NS = 20_000_000;
    private static final long GRACE_MAX_NS = 500_000_000;

    private long startNs;
    private long endNs = NEVER;

    /** Further ones within the grace change nothing. */
    void onShutdown(long nowNs, long patienceNs) {
        if (endNs == NEVER) {
            startNs = nowNs;
            endNs = nowNs + Math.max(GRACE_MIN_NS, Math.min(patienceNs, GRACE_MAX_NS));
        }
    }

    long deadlineNs() {
        return endNs;
    }

    boolean isGraceOver(long nowNs) {
        return nowNs >= endNs;
    }

    /** @param heardNs when the peer last said anything else */
    boolean wasForged(long heardNs) {
        return heardNs - startNs > (endNs - startNs) / 2;
    }

    void forget() {
        endNs = NEVER;
    }
}
