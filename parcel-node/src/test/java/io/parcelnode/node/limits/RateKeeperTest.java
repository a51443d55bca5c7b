package io.parcelnode.node.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateKeeperTest {
    private static final long STEP_NS = 200_000_000;
    private static final long TOTAL = 100_000_000;

    private final List<Session> sessions = new ArrayList<>();
    private long nowNs;

    @Test
    void aClientWithFiftySessionsGetsNoMoreThanOneWithOne() {
        RateKeeper keeper = new RateKeeper(TOTAL, RateKeeper.UNLIMITED);
        Session single = add(keeper, "single", 1e12);
        for (int i = 0; i < 50; i++) {
            add(keeper, "greedy", 1e12);
        }

        run(keeper, 20);

        assertEquals(TOTAL / 2, single.rate(), TOTAL / 50.0);
        assertEquals(TOTAL, sumOfRates(), TOTAL / 50.0);
    }

    @Test
    void whatAClientCannotTakeGoesToTheOthersAndComesBackWhenItCan() {
        RateKeeper keeper = new RateKeeper(TOTAL, RateKeeper.UNLIMITED);
        Session slow = add(keeper, "slow", 10e6);
        Session fast = add(keeper, "fast", 1e12);

        run(keeper, 20);
        assertTrue(fast.rate() > 0.8 * TOTAL, () -> "fast " + fast.rate());
        assertEquals(10e6, slow.rate(), 1e5);

        slow.pathBits = 1e12;
        run(keeper, 20);
        assertEquals(TOTAL / 2, slow.rate(), TOTAL / 50.0);
        assertEquals(TOTAL, sumOfRates(), TOTAL / 50.0);
    }

    @Test
    void idleSessionsTakeNothingFromThoseThatWork() {
        RateKeeper keeper = new RateKeeper(TOTAL, RateKeeper.UNLIMITED);
        Session busy = add(keeper, "busy", 1e12);
        for (int i = 0; i < 100; i++) {
            add(keeper, "idle-" + i, 0);
        }

        run(keeper, 5);
        assertTrue(busy.rate() > 0.97 * TOTAL, () -> "busy " + busy.rate());
    }

    /** Small files begin and end all the time; each beginning is a look. */
    @Test
    void aSessionWhoseRequestsComeAndGoDoesNotMakeOthersLookIdle() {
        RateKeeper keeper = new RateKeeper(TOTAL, RateKeeper.UNLIMITED);
        Session busy = add(keeper, "busy", 1e12);
        Session chatty = add(keeper, "chatty", 1e6);
        run(keeper, 10);

        for (int i = 0; i < 200; i++) {
            keeper.onRequests(chatty, i % 2 == 0 ? -1 : 1);
            keeper.look();
            assertTrue(busy.rate() >= 0.49 * TOTAL, () -> "busy " + busy.rate());
            pass(10_000_000);
        }
    }

    @Test
    void aClientKeepsToItsLimitWithAllItsSessionsAndWithoutATotal() {
        RateKeeper keeper = new RateKeeper(RateKeeper.UNLIMITED, TOTAL);
        for (int i = 0; i < 4; i++) {
            add(keeper, "one", 1e12);
        }
        Session other = add(keeper, "other", 1e12);

        run(keeper, 20);

        assertEquals(TOTAL, other.rate(), TOTAL / 50.0);
        assertEquals(2 * TOTAL, sumOfRates(), TOTAL / 25.0);
    }

    @Test
    void whoHasASiteOfIpv6HasOneShare() throws Exception {
        assertEquals(owner("2001:db8:1:2::1"), owner("2001:db8:1:2:ffff::9"));
        assertNotEquals(owner("2001:db8:1:2::1"), owner("2001:db8:1:3::1"));
        assertNotEquals(owner("192.0.2.1"), owner("192.0.2.2"));
    }

    private static String owner(String address) throws Exception {
        return RateLimits.ownerOf(InetAddress.getByName(address));
    }

    private Session add(RateKeeper keeper, String owner, double pathBits) {
        Session session = new Session(owner, pathBits);
        sessions.add(session);
        keeper.add(session);
        if (pathBits > 0) {
            keeper.onRequests(session, 1);
        }
        return session;
    }

    private void run(RateKeeper keeper, int steps) {
        for (int i = 0; i < steps; i++) {
            keeper.look();
            pass(STEP_NS);
        }
    }

    private void pass(long ns) {
        sessions.forEach(session -> session.send(ns / 1e9));
        nowNs += ns;
    }

    private double sumOfRates() {
        return sessions.stream().mapToDouble(Session::rate).sum();
    }

    /** Sends as fast as its limit and its path let it; of what it sends, headers are a part. */
    private final class Session implements Taker {
        private final String owner;
        private double pathBits;
        private long limitBits;
        private double sentBytes;
        /** What it says when it is asked next: as with the real one, what was true when it was asked last. */
        private Sent answer = new Sent(0, 0);

        Session(String owner, double pathBits) {
            this.owner = owner;
            this.pathBits = pathBits;
        }

        double rate() {
            return Math.min(pathBits, limitBits);
        }

        void send(double seconds) {
            sentBytes += rate() * seconds / 8 * 1456 / 1500;
        }

        @Override
        public String owner() {
            return owner;
        }

        @Override
        public Sent sent() {
            Sent asked = answer;
            answer = new Sent((long) sentBytes, nowNs);
            return asked;
        }

        @Override
        public void limit(long bitsPerSecond) {
            limitBits = bitsPerSecond;
        }
    }
}
