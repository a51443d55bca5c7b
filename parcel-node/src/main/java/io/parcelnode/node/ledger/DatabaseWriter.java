package io.parcelnode.node.ledger;

import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread between the disk and the database. Whatever the database does, nobody waits for this thread; it tries
 * again until the database has everything.
 */
final class DatabaseWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);
    private static final int BATCH = 2_000;
    /** Records that come within that time share a commit: each costs the more the fewer they are. */
    private static final long GATHER_MS = 2_000;

    private static final long WAIT_MS = 1_000;
    private static final long RETRY_MIN_MS = 500;
    private static final long RETRY_MAX_MS = 5_000;

    private final Database database;
    private final String tokenKey;
    private final Spool spool;
    private final LedgerState state;
    private final Retention retention;
    private final Runnable onReady;
    private final Object stop = new Object();
    private volatile boolean stopping;
    private int readers; // Guarded by stop: those who want what there is to be in the database.
    private boolean warned; // By this thread alone.

    /** @param onReady called each time that the database takes records again, the first time included */
    DatabaseWriter(
            Database database, String tokenKey, Spool spool, LedgerState state, Retention retention, Runnable onReady) {
        this.database = database;
        this.tokenKey = tokenKey;
        this.spool = spool;
        this.state = state;
        this.retention = retention;
        this.onReady = onReady;
    }

    /** Ends once everything is written, or at the first trouble. */
    void stop() {
        stopping = true;
        spool.stopWaiting();
        synchronized (stop) {
            stop.notifyAll();
        }
    }

    /** Waits until the database has what has been recorded so far, if it takes no longer than that. */
    void settle(long waitMs) {
        long records = state.acceptedRecords();
        long deadlineNs = System.nanoTime() + waitMs * 1_000_000;
        synchronized (stop) {
            readers++;
            stop.notifyAll();
            try {
                long leftMs = waitMs;
                while (leftMs > 0 && !stopping && !state.isSettled(records) && !state.databaseAway()) {
                    stop.wait(leftMs);
                    leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                readers--;
            }
        }
    }

    @Override
    public void run() {
        long retryMs = RETRY_MIN_MS;
        do {
            long writtenBefore = state.writtenRecords();
            try {
                writeAll();
                return;
            } catch (SQLException | IOException | RuntimeException e) {
                spool.rewind();
                onTrouble(e);
            }
            retryMs = state.writtenRecords() > writtenBefore ? RETRY_MIN_MS : Math.min(2 * retryMs, RETRY_MAX_MS);
        } while (sleep(retryMs));
    }

    private void writeAll() throws SQLException, IOException {
        state.databaseBusy(System.nanoTime());
        Schema.migrate(database);
        try (Connection connection = database.connect()) {
            EntryStore store = new EntryStore(connection, database);
            warnOfOtherKeys(connection);
            if (warned) {
                LOG.info("The ledger's database takes records again: {}", database.text());
            }
            warned = false;
            state.database(null);
            onReady.run();
            while (true) {
                boolean last = stopping;
                List<byte[]> batch = spool.read(BATCH, last ? 0 : WAIT_MS);
                if (batch.isEmpty() && last && spool.unreadEntries() == 0) {
                    return;
                }
                state.databaseBusy(System.nanoTime());
                if (!batch.isEmpty()) {
                    store(store, decode(batch));
                }
                spool.forget();
                retention.apply(connection);
                state.databaseIdle();
                if (!batch.isEmpty() && spool.unreadEntries() < BATCH) {
                    gather();
                }
            }
        }
    }

    private void warnOfOtherKeys(Connection connection) throws SQLException {
        List<String> others = RunTable.nodesWithOtherKeys(connection, tokenKey);
        if (!others.isEmpty()) {
            LOG.warn(
                    "Servers {} of this ledger hash tokens with another key, so their hashes do not compare with ours;"
                            + " give all of them one --token-key",
                    others);
        }
        connection.commit();
    }

    private void store(EntryStore store, List<Entry> entries) throws SQLException {
        try {
            store.store(entries);
            state.onWritten(entries.size());
        } catch (SQLException e) {
            if (!isAboutData(e)) {
                throw e;
            }
            storeOneByOne(store, entries);
        }
    }

    /** One that the database does not take must not hold up the others. */
    private void storeOneByOne(EntryStore store, List<Entry> entries) throws SQLException {
        for (Entry entry : entries) {
            try {
                store.store(List.of(entry));
                state.onWritten(1);
            } catch (SQLException e) {
                if (!isAboutData(e)) {
                    throw e;
                }
                state.onLost(1);
                LOG.error("The ledger's database refuses a record: {}; the record: {}", text(e), entry, e);
            }
        }
    }

    /** Of class 21 (a count), 22 (a value) or 23 (a constraint): asking again would not help. */
    static boolean isAboutData(SQLException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && sql.getSQLState() != null
                    && sql.getSQLState().matches("2[123].*")) {
                return true;
            }
        }
        return false;
    }

    private List<Entry> decode(List<byte[]> batch) {
        List<Entry> entries = new ArrayList<>(batch.size());
        for (byte[] json : batch) {
            try {
                entries.add(EntryCodec.decode(json));
            } catch (IOException e) {
                // Of a newer version, whose kinds of records this one does not know.
                state.onLost(1);
                LOG.error("Cannot read a record of the ledger: {}", Messages.of(e), e);
            }
        }
        return entries;
    }

    /** Of a batch that failed the driver repeats all of it; what the database has said comes behind. */
    private static String text(Exception e) {
        SQLException next = e instanceof BatchUpdateException batch ? batch.getNextException() : null;
        return Messages.onOneLine(Messages.of(next == null ? e : next));
    }

    private void onTrouble(Exception e) {
        String trouble = "the ledger's database " + database.text() + " does not take records: " + text(e);
        if (!warned) {
            LOG.warn("Records wait on the disk, {}", trouble, e);
        }
        warned = true;
        state.database(trouble);
    }

    /** Unless somebody waits for what is there already. */
    private void gather() {
        long deadlineNs = System.nanoTime() + GATHER_MS * 1_000_000;
        synchronized (stop) {
            stop.notifyAll();
            try {
                long leftMs = GATHER_MS;
                while (leftMs > 0 && !stopping && readers == 0) {
                    stop.wait(leftMs);
                    leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns false when it is time to end. */
    private boolean sleep(long ms) {
        synchronized (stop) {
            if (!stopping) {
                try {
                    stop.wait(ms);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return !stopping;
        }
    }
}
