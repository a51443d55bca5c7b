package io.parcelnode.node.limits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;

/**
 * Gives each session a limit, so that all keep to the caps that they stand under, and clients share fairly however many
 * sessions they have. A session that does not use its share leaves it to others until it does.
 *
 * <p>Sessions are looked at in steps. Not thread-safe.
 */
final class RateKeeper {
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
    /** Of a cap, but for what rounding takes. */
    private static final double NEARLY_ALL = 0.999;
    /** What all that are idle may begin with together, as a part of the least cap on each. */
    private static final int IDLE_PART = 50;

    private final Map<Taker, State> takers = new LinkedHashMap<>();
    private final NodeShares nodes;
    private RateCaps caps;

    private static final class State {
        Taker.Sent sent;
        long usedBits;
        long grantedBits = LIMIT_MAX_BITS;
        /** The least that was granted since {@link #sent}. */
        long leastGrantedBits = LIMIT_MAX_BITS;

        int requests;
        /** It has had requests throughout what was measured, so that what it used says what it could. */
        boolean settled;

        boolean wantsMore = true;
    }

    /** @param nodes the other servers on which the caps hold */
    RateKeeper(RateCaps caps, NodeShares nodes) {
        this.nodes = nodes;
        caps(caps);
    }

    /** For a server alone. */
    RateKeeper(RateCaps caps) {
        this(caps, new NodeShares());
    }

    /** From the next look on. */
    void caps(RateCaps now) {
        caps = now;
        nodes.caps(now.areShared());
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
        if (caps.isUnlimited()) {
            nodes.tell(List.of());
            takers.forEach((taker, state) -> grant(taker, state, LIMIT_MAX_BITS));
            return;
        }
        Map<String, Integer> owners = new HashMap<>();
        CapsInForce inForce = new CapsInForce();
        List<FairShares.Wish> wishes = new ArrayList<>();
        takers.forEach((taker, state) -> {
            measure(taker.sent(), state);
            int[] over = inForce.over(taker);
            int owner = owners.computeIfAbsent(taker.owner(), name -> owners.size());
            wishes.add(new FairShares.Wish(owner, wantedBits(state, inForce.leastBits(over)), over));
        });
        long[] shares = inForce.divide(wishes);
        int index = 0;
        for (Map.Entry<Taker, State> entry : takers.entrySet()) {
            grant(entry.getKey(), entry.getValue(), shares[index++]);
        }
    }

    /** Each cap that somebody stands under has an index. */
    private final class CapsInForce {
        /** Its name is not that of a cap on other servers. */
        private static final String TOTAL = "";

        private final Map<String, Integer> indexes = new LinkedHashMap<>();
        private final List<Long> bits = new ArrayList<>();

        int[] over(Taker taker) {
            List<Integer> over = new ArrayList<>();
            add(over, TOTAL, caps.totalBits());
            add(over, "client " + taker.owner(), caps.clientBits());
            for (String token : taker.tokens()) {
                add(over, "token " + token, caps.tokenBits());
            }
            for (NetworkCap cap : caps.networks()) {
                if (cap.network().contains(taker.address())) {
                    add(over, "network " + cap.network(), cap.bits());
                }
            }
            return over.stream().mapToInt(Integer::intValue).toArray();
        }

        private void add(List<Integer> over, String what, long capBits) {
            if (capBits == RateCaps.UNLIMITED) {
                return;
            }
            over.add(indexes.computeIfAbsent(what, added -> {
                bits.add(capBits);
                return indexes.size();
            }));
        }

        long leastBits(int[] over) {
            return Arrays.stream(over).mapToLong(bits::get).min().orElse(RateCaps.UNLIMITED);
        }

        /** All but the total hold on other servers as well: here there is what those leave of them. */
        long[] divide(List<FairShares.Wish> wishes) {
            List<NodeShares.Claim> claims = new ArrayList<>();
            long[] wanted = sums(wishes, i -> wishes.get(i).bits());
            indexes.forEach((name, index) -> claims.add(new NodeShares.Claim(name, bits.get(index), wanted[index])));
            long[] here = claims.stream()
                    .mapToLong(claim -> isShared(claim) ? nodes.mostBits(claim) : claim.capBits())
                    .toArray();
            long[] shares = FairShares.divide(here, wishes);
            long[] given = sums(wishes, i -> shares[i]);
            List<NodeShares.Claim> told = new ArrayList<>();
            for (NodeShares.Claim claim : claims) {
                int index = told.size();
                // Where another cap holds it up, others need not leave it more of this one than it can use.
                boolean heldUp = given[index] < Math.min(NEARLY_ALL * here[index], claim.wantedBits());
                told.add(heldUp ? claim.wanting((long) (given[index] * ROOM)) : claim);
            }
            told.removeIf(claim -> !isShared(claim));
            nodes.tell(told);
            return shares;
        }

        private static boolean isShared(NodeShares.Claim claim) {
            return !claim.name().equals(TOTAL);
        }

        /** Of the wishes under each cap, {@link RateCaps#UNLIMITED} at most. */
        private long[] sums(List<FairShares.Wish> wishes, IntToLongFunction ofWish) {
            long[] sums = new long[bits.size()];
            for (int i = 0; i < wishes.size(); i++) {
                for (int cap : wishes.get(i).caps()) {
                    long more = ofWish.applyAsLong(i);
                    sums[cap] = more > RateCaps.UNLIMITED - sums[cap] ? RateCaps.UNLIMITED : sums[cap] + more;
                }
            }
            return sums;
        }
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

    private long wantedBits(State state, long leastCapBits) {
        boolean unknown = state.wantsMore || !state.settled;
        return state.requests > 0 && unknown
                ? RateCaps.UNLIMITED
                : (long) (state.usedBits * ROOM) + Math.max(LIMIT_MIN_BITS, leastCapBits / IDLE_PART / takers.size());
    }

    private static void grant(Taker taker, State state, long bits) {
        long granted = Math.max(LIMIT_MIN_BITS, Math.min(LIMIT_MAX_BITS, bits));
        if (granted != state.grantedBits) {
            state.grantedBits = granted;
            state.leastGrantedBits = Math.min(state.leastGrantedBits, granted);
            taker.limit(granted == LIMIT_MAX_BITS ? 0 : granted);
        }
    }
}
