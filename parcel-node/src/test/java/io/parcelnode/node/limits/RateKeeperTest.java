package io.parcelnode.node.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateKeeperTest {
    private static final long STEP_NS = 200_000_000;
    private static final long TOTAL = 100_000_000;
    private static final long ANY = RateCaps.UNLIMITED;

    private final List<Session> sessions = new ArrayList<>();
    private long nowNs;

    @Test
    void aClientWithFiftySessionsGetsNoMoreThanOneWithOne() {
        RateKeeper keeper = new RateKeeper(total(TOTAL));
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
        RateKeeper keeper = new RateKeeper(total(TOTAL));
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
        RateKeeper keeper = new RateKeeper(total(TOTAL));
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
        RateKeeper keeper = new RateKeeper(total(TOTAL));
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
        RateKeeper keeper = new RateKeeper(new RateCaps(ANY, TOTAL, ANY, List.of()));
        for (int i = 0; i < 4; i++) {
            add(keeper, "one", 1e12);
        }
        Session other = add(keeper, "other", 1e12);

        run(keeper, 20);

        assertEquals(TOTAL, other.rate(), TOTAL / 50.0);
        assertEquals(2 * TOTAL, sumOfRates(), TOTAL / 25.0);
    }

    /** Somebody with a token on three machines, beside two who have one of their own and none. */
    @Test
    void aTokenKeepsToItsLimitFromHoweverManyAddresses() {
        RateKeeper keeper = new RateKeeper(new RateCaps(TOTAL, ANY, TOTAL / 10, List.of()));
        List<Session> many = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            many.add(add(keeper, "machine-" + i, 1e12));
            many.get(i).tokens.add("shared");
        }
        Session single = add(keeper, "single", 1e12);
        single.tokens.add("own");
        Session without = add(keeper, "without", 1e12);

        run(keeper, 20);

        double shared = many.stream().mapToDouble(Session::rate).sum();
        assertEquals(TOTAL / 10.0, shared, TOTAL / 500.0);
        assertEquals(TOTAL / 10.0, single.rate(), TOTAL / 500.0);
        assertEquals(TOTAL * 0.8, without.rate(), TOTAL / 50.0);

        many.get(0).tokens.clear();
        run(keeper, 20);
        assertEquals(TOTAL * 0.4, many.get(0).rate(), TOTAL / 50.0);
    }

    @Test
    void aNetworkKeepsToItsLimitAndOneInsideOfItToItsOwn() throws Exception {
        RateCaps caps = new RateCaps(
                TOTAL,
                ANY,
                ANY,
                List.of(
                        new NetworkCap(Cidr.parse("10.0.0.0/8"), TOTAL / 5),
                        new NetworkCap(Cidr.parse("10.1.0.0/16"), TOTAL / 100),
                        new NetworkCap(Cidr.parse("2001:db8::/32"), TOTAL / 4)));
        RateKeeper keeper = new RateKeeper(caps);
        Session inner = add(keeper, "inner", 1e12).at("10.1.2.3");
        Session outer = add(keeper, "outer", 1e12).at("10.2.2.3");
        Session six = add(keeper, "six", 1e12).at("2001:db8:5::1");
        Session elsewhere = add(keeper, "elsewhere", 1e12).at("192.0.2.1");

        run(keeper, 20);

        assertEquals(TOTAL / 100.0, inner.rate(), TOTAL / 1_000.0);
        assertEquals(TOTAL * 0.19, outer.rate(), TOTAL / 100.0);
        assertEquals(TOTAL / 4.0, six.rate(), TOTAL / 100.0);
        assertEquals(TOTAL * 0.55, elsewhere.rate(), TOTAL / 50.0);
    }

    @Test
    void capsMayChangeAndGoWhileSessionsAreThere() {
        RateKeeper keeper = new RateKeeper(RateCaps.NONE);
        Session one = add(keeper, "one", 1e12);
        Session two = add(keeper, "two", 1e12);
        run(keeper, 5);
        assertEquals(0, one.limitBits, "no limit");

        keeper.caps(total(TOTAL));
        run(keeper, 20);
        assertEquals(TOTAL / 2, one.rate(), TOTAL / 50.0);
        assertEquals(TOTAL / 2, two.rate(), TOTAL / 50.0);

        keeper.caps(total(TOTAL / 10));
        run(keeper, 1);
        assertEquals(TOTAL / 20, one.rate(), TOTAL / 500.0);

        keeper.caps(RateCaps.NONE);
        run(keeper, 1);
        assertEquals(0, one.limitBits, "no limit");
        assertEquals(0, two.limitBits, "no limit");
    }

    @Test
    void whoHasASiteOfIpv6HasOneShare() throws Exception {
        assertEquals(owner("2001:db8:1:2::1"), owner("2001:db8:1:2:ffff::9"));
        assertNotEquals(owner("2001:db8:1:2::1"), owner("2001:db8:1:3::1"));
        assertNotEquals(owner("192.0.2.1"), owner("192.0.2.2"));
    }

    private static RateCaps total(long bits) {
        return new RateCaps(bits, ANY, ANY, List.of());
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
        private final List<String> tokens = new ArrayList<>();
        private InetAddress address = InetAddress.getLoopbackAddress();
        private double pathBits;
        private long limitBits;
        private double sentBytes;
        /** What it says when it is asked next: as with the real one, what was true when it was asked last. */
        private Sent answer = new Sent(0, 0);

        Session(String owner, double pathBits) {
            this.owner = owner;
            this.pathBits = pathBits;
        }

        Session at(String text) throws Exception {
            address = InetAddress.getByName(text);
            return this;
        }

        double rate() {
            return limitBits == 0 ? pathBits : Math.min(pathBits, limitBits);
        }

        void send(double seconds) {
            sentBytes += rate() * seconds / 8 * 1456 / 1500;
        }

        @Override
        public String owner() {
            return owner;
        }

        @Override
        public InetAddress address() {
            return address;
        }

        @Override
        public Collection<String> tokens() {
            return tokens;
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
