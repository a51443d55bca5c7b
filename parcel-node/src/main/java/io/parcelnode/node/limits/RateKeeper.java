package io.parcelnode.node.limits;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives each session a limit, so that all together keep to the total, each client to its own, and clients share fairly
 * however many sessions they have. A session that does not use its share leaves it to others until it does.
 *
 * <p>Sessions are looked at in steps. Not thread-safe.
 */
final class RateKeeper {
    static final long UNLIMITED = Long.MAX_VALUE;

    /** What the transport takes as a limit. */
    private static final long LIMIT_MIN_BITS = 10_000;

    private static final long LIMIT_MAX_BITS = 100_000_000_000L;
    /** Payload bytes of a full packet against its bytes on the wire. */
    private static final double HEADERS = 1500.0 / 1456;
    /** Whoever uses so much of its share may want more. */
    private static final double USED_SHARE = 0.8;
    /** What others leave room for when they do not. */
    private static final double ROOM = 1.5;
    /** What all that are idle may begin with together, as a part of the total. */
    private static final int IDLE_PART = 50;

    private final long totalBits;
    private final long ownerBits;
    private final Map<Taker, State> takers = new LinkedHashMap<>();
    private long lastNs;
    private boolean looked;

    private static final class State {
        long sentBytes;
        long grantedBits;
        int requests;
        /** It has had requests since before the last look, so that what it used says what it could. */
        boolean settled;
    }

    /**
     * @param totalBits bits per second of all sessions together, {@link #UNLIMITED} for any
     * @param ownerBits of each owner
     */
    RateKeeper(long totalBits, long ownerBits) {
        this.totalBits = totalBits;
        this.ownerBits = ownerBits;
    }

    void add(Taker taker) {
        takers.put(taker, new State());
    }

    void remove(Taker taker) {
        takers.remove(taker);
    }

    /**
     * @param change of the number of requests that are being served
     * @return whether the session was idle until now
     */
    boolean onRequests(Taker taker, int change) {
        State state = takers.get(taker);
        if (state == null) {
            return false;
        }
        boolean wasIdle = state.requests == 0;
        state.requests += change;
        state.settled &= state.requests > 0;
        return wasIdle && state.requests > 0;
    }

    /** Divides anew, by what has been used since the last look. */
    void look(long nowNs) {
        double seconds = looked ? (nowNs - lastNs) / 1e9 : 0;
        looked = true;
        lastNs = nowNs;
        Map<String, List<Taker>> owners = new LinkedHashMap<>();
        Map<Taker, Long> wanted = new LinkedHashMap<>();
        takers.forEach((taker, state) -> {
            owners.computeIfAbsent(taker.owner(), name -> new ArrayList<>()).add(taker);
            wanted.put(taker, wantedBits(taker, state, seconds));
        });
        List<long[]> wishes = owners.values().stream()
                .map(own -> own.stream().mapToLong(wanted::get).toArray())
                .toList();
        long[] shares = FairShares.divide(
                totalBits, ownerBits, wishes.stream().mapToLong(FairShares::sum).toArray());
        int index = 0;
        for (List<Taker> own : owners.values()) {
            long[] parts = FairShares.divide(shares[index], UNLIMITED, wishes.get(index));
            for (int i = 0; i < parts.length; i++) {
                grant(own.get(i), parts[i]);
            }
            index++;
        }
    }

    private long wantedBits(Taker taker, State state, double seconds) {
        long sentBytes = taker.sentBytes();
        double used = seconds <= 0 ? 0 : (sentBytes - state.sentBytes) * 8 * HEADERS / seconds;
        state.sentBytes = sentBytes;
        boolean told = state.settled;
        state.settled = state.requests > 0;
        if (state.requests > 0 && (!told || used >= USED_SHARE * state.grantedBits)) {
            return UNLIMITED;
        }
        return (long) (used * ROOM) + idleBits();
    }

    private long idleBits() {
        long bits = Math.min(totalBits, ownerBits);
        return Math.max(LIMIT_MIN_BITS, bits / IDLE_PART / Math.max(1, takers.size()));
    }

    private void grant(Taker taker, long bits) {
        State state = takers.get(taker);
        long granted = Math.max(LIMIT_MIN_BITS, Math.min(LIMIT_MAX_BITS, bits));
        if (granted != state.grantedBits) {
            state.grantedBits = granted;
            taker.limit(granted);
        }
    }
}
