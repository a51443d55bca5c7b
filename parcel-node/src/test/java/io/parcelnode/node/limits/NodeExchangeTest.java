package io.parcelnode.node.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.ledger.Ledger;
import io.parcelnode.node.ledger.LedgerOptions;
import io.parcelnode.node.ledger.SharedDatabase;
import io.parcelnode.node.testing.TestPostgres;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Two servers of one PostgreSQL, and what they give a client of both. */
@Timeout(240)
class NodeExchangeTest {
    private static final long CAP = 100_000_000;
    private static final long STEP_NS = 200_000_000;

    @TempDir
    Path folder;

    private String url;
    private Node north;
    private Node south;
    private long nowNs;

    @BeforeEach
    void start() throws Exception {
        url = TestPostgres.newDatabase();
        north = new Node("north");
        south = new Node("south");
    }

    @AfterEach
    void end() {
        for (Node node : List.of(north, south)) {
            node.exchange.close();
            node.ledger.close();
        }
    }

    @Test
    void aClientOfTwoServersGetsItsCapOnce() {
        Session here = north.add("client", 1e12);
        Session there = south.add("client", 1e12);
        Session neighbour = south.add("neighbour", 1e12);

        run(50);

        assertEquals(CAP, here.rate() + there.rate(), CAP / 50.0);
        assertEquals(CAP / 2.0, here.rate(), CAP / 50.0);
        assertEquals(CAP, neighbour.rate(), CAP / 50.0, "another client has a cap of its own");
        assertEquals(2, north.shares.nodes());
        assertEquals(1, north.shares.namesElsewhere());
    }

    @Test
    void whatItCannotUseOnOneServerItHasOnTheOtherUntilItCan() {
        Session slow = north.add("client", 10e6);
        Session fast = south.add("client", 1e12);
        run(50);
        assertTrue(fast.rate() > 0.8 * CAP && fast.rate() + slow.rate() <= CAP, () -> fast.rate() + " " + slow.rate());

        slow.pathBits = 1e12;
        run(50);
        assertEquals(CAP / 2.0, slow.rate(), CAP / 50.0);
        assertEquals(CAP, slow.rate() + fast.rate(), CAP / 50.0);

        north.keeper.remove(slow);
        run(10);
        assertEquals(CAP, fast.rate(), CAP / 50.0, "it has gone from the other");
    }

    /** One server's line is full: the cap is not to be kept free there. */
    @Test
    void whatTheTotalOfAServerDoesNotLetItHaveItHasOnTheOther() {
        north.keeper = new RateKeeper(caps(CAP / 10, CAP, RateCaps.UNLIMITED), north.shares);
        Session crowded = north.add("client", 1e12);
        Session free = south.add("client", 1e12);

        run(50);

        assertEquals(CAP / 10.0, crowded.rate(), CAP / 100.0);
        assertTrue(free.rate() > 0.8 * CAP && free.rate() + crowded.rate() <= CAP, () -> "" + free.rate());
    }

    @Test
    void aServerThatDiesOrEndsLeavesItsPart() throws Exception {
        north.add("client", 1e12);
        Session stays = south.add("client", 1e12);
        run(50);
        assertEquals(CAP / 2.0, stays.rate(), CAP / 50.0);

        // Whatever the clocks of servers say, it is the database's that counts.
        sql("UPDATE node_share SET seen_at = seen_at - INTERVAL '6 seconds' WHERE node = 'north'");
        south.step();
        south.step();
        assertEquals(CAP, stays.rate(), CAP / 50.0);
        assertEquals(1, south.shares.nodes());
        assertEquals(List.of("north", "south"), nodes());

        sql("UPDATE node_share SET seen_at = seen_at - INTERVAL '2 minutes' WHERE node = 'north'");
        south.step();
        assertEquals(List.of("south"), nodes(), "nothing is left of it in the end");

        assertTrue(north.exchange.talkOnce());
        assertEquals(List.of("north", "south"), nodes());
        north.exchange.leave();
        assertEquals(List.of("south"), nodes());
    }

    @Test
    void aDatabaseThatIsAwayLeavesPartsAsTheyAreAndThenEven() throws Exception {
        Session slow = north.add("client", 10e6);
        Session fast = south.add("client", 1e12);
        run(50);
        assertTrue(fast.rate() > 0.8 * CAP, () -> "" + fast.rate());

        TestPostgres.away(url, true);
        assertFalse(north.exchange.talkOnce());
        assertFalse(south.exchange.talkOnce());
        step(4);
        assertTrue(fast.rate() > 0.8 * CAP, () -> "" + fast.rate());
        step(30);
        assertEquals(CAP / 2.0, fast.rate(), CAP / 50.0);
        slow.pathBits = 1e12;
        step(30);
        assertEquals(CAP, fast.rate() + slow.rate(), CAP / 50.0);

        TestPostgres.away(url, false);
        slow.pathBits = 10e6;
        run(50);
        assertTrue(fast.rate() > 0.8 * CAP, () -> "" + fast.rate());
    }

    @Test
    void aServerWithAnEmbeddedDatabaseHasNobodyToTalkTo() throws Exception {
        LedgerOptions options = CommandLine.populateCommand(new LedgerOptions());
        try (Ledger ledger = options.open(folder.resolve("embedded"), null)) {
            assertNull(ledger.sharedDatabase());
        }
    }

    /** One token from two addresses. */
    @Test
    void aTokenOfTwoServersGetsItsCapOnce() {
        RateCaps caps = new RateCaps(
                RateCaps.UNLIMITED,
                RateCaps.UNLIMITED,
                CAP,
                List.of(new NetworkCap(Cidr.parse("198.51.100.0/24"), CAP / 4)));
        north.keeper = new RateKeeper(caps, north.shares);
        south.keeper = new RateKeeper(caps, south.shares);
        Session here = north.add("client", 1e12);
        Session there = south.add("other", 1e12);
        Session neighbour = south.add("neighbour", 1e12);
        here.tokens = List.of("token");
        there.tokens = List.of("token");
        neighbour.tokens = List.of("another");

        run(50);
        assertEquals(CAP, here.rate() + there.rate(), CAP / 50.0);
        assertEquals(CAP, neighbour.rate(), CAP / 50.0);

        there.address = "198.51.100.7";
        run(50);
        assertEquals(CAP / 4.0, there.rate(), CAP / 50.0);
        assertTrue(
                here.rate() > 0.55 * CAP && here.rate() + there.rate() <= CAP,
                () -> "what its network does not let it have there it has here: " + here.rate());
        here.address = "198.51.100.8";
        run(50);
        assertEquals(CAP / 4.0, here.rate() + there.rate(), CAP / 50.0);
    }

    private static RateCaps caps(long totalBits, long clientBits, long tokenBits) {
        return new RateCaps(totalBits, clientBits, tokenBits, List.of());
    }

    /** With a word between the servers every third look, as they do. */
    private void run(int looks) {
        for (int i = 0; i < looks; i++) {
            if (i % 3 == 0) {
                assertTrue(north.exchange.talkOnce());
                assertTrue(south.exchange.talkOnce());
            }
            step(1);
        }
    }

    private void step(int looks) {
        for (int i = 0; i < looks; i++) {
            north.keeper.look();
            south.keeper.look();
            for (Node node : List.of(north, south)) {
                node.sessions.forEach(session -> session.send(STEP_NS / 1e9));
            }
            nowNs += STEP_NS;
        }
    }

    private List<String> nodes() throws SQLException {
        List<String> nodes = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT node FROM node_share ORDER BY node")) {
            while (rows.next()) {
                nodes.add(rows.getString(1));
            }
        }
        return nodes;
    }

    private void sql(String text) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(text);
        }
    }

    private final class Node {
        private final Ledger ledger;
        private final NodeShares shares = new NodeShares(() -> nowNs);
        private final NodeExchange exchange;
        private final List<Session> sessions = new ArrayList<>();
        private RateKeeper keeper = new RateKeeper(caps(RateCaps.UNLIMITED, CAP, RateCaps.UNLIMITED), shares);

        Node(String name) throws Exception {
            LedgerOptions options = CommandLine.populateCommand(new LedgerOptions(), "--database", url, "--node", name);
            ledger = options.open(folder.resolve(name), null);
            SharedDatabase database = ledger.sharedDatabase();
            exchange = new NodeExchange(database, shares);
        }

        Session add(String owner, double pathBits) {
            Session session = new Session(owner, pathBits);
            sessions.add(session);
            keeper.add(session);
            keeper.onRequests(session, 1);
            return session;
        }

        void step() {
            assertTrue(exchange.talkOnce());
            keeper.look();
        }
    }

    /** Sends as fast as its limit and its path let it. */
    private final class Session implements Taker {
        private final String owner;
        private double pathBits;
        private String address = "192.0.2.7";
        private List<String> tokens = List.of();
        private long limitBits;
        private double sentBytes;

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
        public InetAddress address() {
            try {
                return InetAddress.getByName(address);
            } catch (UnknownHostException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public Collection<String> tokens() {
            return tokens;
        }

        @Override
        public Sent sent() {
            return new Sent((long) sentBytes, nowNs);
        }

        @Override
        public void limit(long bitsPerSecond) {
            limitBits = bitsPerSecond == 0 ? Long.MAX_VALUE : bitsPerSecond;
        }
    }
}
