package io.parcelnode.node.limits;

import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.ledger.Ledger;
import io.parcelnode.node.ledger.SharedDatabase;
import java.io.Closeable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other servers of a database what this one's clients want, and hears it of them: a thread with a connection of
 * its own. Nobody waits for it, and what it hears late or not at all {@link NodeShares} makes do without.
 */
public final class NodeExchange implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);
    /** Twice that is how long a change takes to be known. */
    private static final long EVERY_MS = 500;

    private static final long RETRY_MAX_MS = 5_000;
    private static final long LEAVE_MS = 1_000;

    private final SharedDatabase database;
    private final NodeShares shares;
    private final Thread thread = new Thread(this::keepTalking, "limits-nodes");
    private final CountDownLatch closed = new CountDownLatch(1);
    // By the thread alone.
    private Connection connection;
    private NodeTable table;
    private boolean warned;

    NodeExchange(SharedDatabase database, NodeShares shares) {
        this.database = database;
        this.shares = shares;
        thread.setDaemon(true);
    }

    /**
     * Talks from now on, while there are caps.
     *
     * @param limits null for none
     * @param ledger in whose database the others are; null for none
     * @return null if there is nobody to talk to, or nothing to talk of
     */
    public static NodeExchange between(RateLimits limits, Ledger ledger) {
        SharedDatabase database = ledger == null ? null : ledger.sharedDatabase();
        if (limits == null || database == null) {
            return null;
        }
        NodeExchange exchange = new NodeExchange(database, limits.nodes());
        limits.nameTokens(database::tokenName);
        exchange.thread.start();
        return exchange;
    }

    public void showIn(NodeShares.Figures figures) {
        shares.showIn(figures);
    }

    /** The others hear no more of this server's clients, and may give them all. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(LEAVE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void keepTalking() {
        long waitMs = EVERY_MS;
        try {
            while (!closed.await(waitMs, TimeUnit.MILLISECONDS)) {
                waitMs = !shares.isCapped() || talkOnce() ? EVERY_MS : Math.min(RETRY_MAX_MS, 2 * waitMs);
            }
            leave();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
        }
    }

    /** Returns false if the database did not answer. */
    boolean talkOnce() {
        try {
            if (connection == null) {
                connection = database.connect();
                connection.setAutoCommit(true);
                table = new NodeTable(connection, database.run(), database.node());
            }
            table.write(shares.told());
            long nowNs = shares.nowNs(); // Before the question: the answer is no younger.
            shares.heard(table.read(nowNs));
            table.forgetDead();
            if (warned) {
                LOG.info(
                        "Clients' limits hold on all {} servers of {} together again", shares.nodes(), database.text());
            }
            warned = false;
            return true;
        } catch (SQLException | RuntimeException e) {
            disconnect();
            if (!warned) {
                LOG.warn(
                        "What other servers leave of clients' limits is not heard from {}: for {} s it is taken to be as"
                                + " it was, then a client gets an even part, here 1/{} of its limit: {}",
                        database.text(),
                        NodeShares.TRUST.toSeconds(),
                        shares.nodes(),
                        Messages.onOneLine(Messages.of(e)),
                        e);
            }
            warned = true;
            return false;
        }
    }

    /** The others need not wait until what this server has said is too old. */
    void leave() {
        if (table != null) {
            try {
                table.leave();
            } catch (SQLException | RuntimeException e) {
                LOG.debug("Others will find out in {} s that this server has ended", NodeShares.TRUST.toSeconds(), e);
            }
        }
    }

    private void disconnect() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.debug("Cannot close a connection to {}", database.text(), e); // It is gone, then.
            }
        }
        connection = null;
        table = null;
    }
}
