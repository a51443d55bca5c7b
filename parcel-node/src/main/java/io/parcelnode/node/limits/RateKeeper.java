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
    /** Over less time bursts would count for rates. */
    private static final long MEASURE_MIN_NS = 150_000_000;

    /** Whoever uses so much of its share may want more. */
    private static final double USED_SHARE = 0.8;
    /** What others leave room for when they do not. */
    private static final double ROOM = 1.5;
    /** What all that are idle may begin with together, as a part of the total. */
    private static final int IDLE_PART = 50;

    private final long totalBits;
    private final long ownerBits;
    private final NodeShares nodes;
    private final Map<Taker, State> takers = new LinkedHashMap<>();

    private static final class State {
        Taker.Sent sent;
        long usedBits;
        long grantedBits;
        /** The least that was granted since {@link #sent}. */
        long leastGrantedBits;

        int requests;
        /** It has had requests throughout what was measured, so that what it used says what it could. */
        boolean settled;

        boolean wantsMore = true;
    }

    /**
     * @param totalBits bits per second of all sessions together, {@link #UNLIMITED} for any
     * @param ownerBits of each owner
     */
    RateKeeper(long totalBits, long ownerBits) {
        this(totalBits, ownerBits, new NodeShares(System::nanoTime));
    }

    /** @param nodes with whom each owner's limit is shared */
    RateKeeper(long totalBits, long ownerBits, NodeShares nodes) {
        this.totalBits = totalBits;
        this.ownerBits = ownerBits;
        this.nodes = nodes;
        nodes.caps(ownerBits != UNLIMITED);
    }

    void add(Taker taker) {
        State state = new State();
        state.sent = taker.sent();
        takers.put(taker, state);
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
        if (wasIdle || state.requests == 0) {
            state.settled = false;
        }
        return wasIdle && state.requests > 0;
    }

    /** Divides anew, by what each has used when that was last measured. Any number of times in any time. */
    void look() {
        Map<String, List<Taker>> owners = new LinkedHashMap<>();
        Map<Taker, Long> wanted = new LinkedHashMap<>();
        takers.forEach((taker, state) -> {
            owners.computeIfAbsent(taker.owner(), name -> new ArrayList<>()).add(taker);
            measure(taker.sent(), state);
            wanted.put(taker, wantedBits(state));
        });
        List<String> names = List.copyOf(owners.keySet());
        List<long[]> wishes = owners.values().stream()
                .map(own -> own.stream().mapToLong(wanted::get).toArray())
                .toList();
        long[] shares = divideAmongOwners(
                names, wishes.stream().mapToLong(FairShares::sum).toArray());
        int index = 0;
        for (List<Taker> own : owners.values()) {
            long[] parts = FairShares.divide(shares[index], UNLIMITED, wishes.get(index));
            for (int i = 0; i < parts.length; i++) {
                grant(own.get(i), parts[i]);
            }
            index++;
        }
    }

    /** An owner's cap holds on other servers, too; what the total does not let it have here, it may have there. */
    private long[] divideAmongOwners(List<String> names, long[] wanted) {
        if (ownerBits == UNLIMITED) {
            return FairShares.divide(totalBits, UNLIMITED, wanted);
        }
        long[] within = new long[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            within[i] = Math.min(wanted[i], nodes.mostBits(new NodeShares.Claim(names.get(i), ownerBits, wanted[i])));
        }
        long[] shares = FairShares.divide(totalBits, UNLIMITED, within);
        List<NodeShares.Claim> claims = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            long claimed = shares[i] < within[i] ? (long) (shares[i] * ROOM) : wanted[i];
            claims.add(new NodeShares.Claim(names.get(i), ownerBits, claimed));
        }
        nodes.tell(claims);
        return shares;
    }

    private static void measure(Taker.Sent now, State state) {
        long elapsedNs = now.atNs() - state.sent.atNs();
        if (elapsedNs < MEASURE_MIN_NS) {
            return;
        }
        state.usedBits = (long) ((now.bytes() - state.sent.bytes()) * 8 * HEADERS * 1e9 / elapsedNs);
        state.wantsMore = !state.settled || state.usedBits >= USED_SHARE * state.leastGrantedBits;
        state.settled = state.requests > 0;
        state.leastGrantedBits = state.grantedBits;
        state.sent = now;
    }

    private long wantedBits(State state) {
        boolean unknown = state.wantsMore || !state.settled;
        return state.requests > 0 && unknown ? UNLIMITED : (long) (state.usedBits * ROOM) + idleBits();
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
            state.leastGrantedBits = Math.min(state.leastGrantedBits, granted);
            taker.limit(granted);
        }
    }
}
