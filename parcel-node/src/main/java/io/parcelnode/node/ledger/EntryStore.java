package io.parcelnode.node.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Puts entries into a database. One connection, one thread. */
final class EntryStore {
    private final Connection connection;
    private final Database database;

    EntryStore(Connection connection, Database database) throws SQLException {
        this.connection = connection;
        this.database = database;
        connection.setAutoCommit(false);
    }

    /** All of them, or none if it fails; they are safe when this returns. */
    void store(List<Entry> entries) throws SQLException {
        try (Batch runs = new Batch(RunTable.NAME, RunTable.COLUMNS);
                Batch sessions = new Batch(SessionTable.NAME, SessionTable.COLUMNS);
                Batch transfers = new Batch(TransferTable.NAME, TransferTable.COLUMNS)) {
            Set<UUID> ended = ended(entries);
            for (Entry entry : entries) {
                if (entry instanceof Entry.Run run) {
                    if (run.end() != null || !ended.contains(run.id())) {
                        runs.add(run.end() != null, statement -> RunTable.bind(statement, run));
                    }
                } else if (entry instanceof Entry.Session session) {
                    if (session.end() != null || !ended.contains(session.id())) {
                        sessions.add(session.end() != null, statement -> SessionTable.bind(statement, session));
                    }
                } else if (entry instanceof Entry.Transfer transfer) {
                    boolean over = transfer.row().end() != null;
                    if (over || !ended.contains(transfer.row().id())) {
                        transfers.add(over, statement -> TransferTable.bind(statement, transfer));
                    }
                } else {
                    // These change rows of before.
                    runs.execute();
                    sessions.execute();
                    transfers.execute();
                    change(entry);
                }
            }
            runs.execute();
            sessions.execute();
            transfers.execute();
            connection.commit();
        } catch (SQLException e) {
            rollBack(e);
            throw e;
        }
        database.force(connection);
    }

    /** Whose end is among these needs no beginning. */
    private static Set<UUID> ended(List<Entry> entries) {
        Set<UUID> ended = new HashSet<>();
        for (Entry entry : entries) {
            if (entry instanceof Entry.Run run && run.end() != null) {
                ended.add(run.id());
            } else if (entry instanceof Entry.Session session && session.end() != null) {
                ended.add(session.id());
            } else if (entry instanceof Entry.Transfer transfer
                    && transfer.row().end() != null) {
                ended.add(transfer.row().id());
            }
        }
        return ended;
    }

    private void change(Entry entry) throws SQLException {
        if (entry instanceof Entry.LostRun lost) {
            update("UPDATE node_run SET result = 'lost' WHERE id = ? AND result = 'running'", lost.id());
            update("UPDATE client_session SET result = 'lost' WHERE run_id = ? AND result = 'running'", lost.id());
            update("UPDATE transfer SET result = 'lost' WHERE run_id = ? AND result = 'running'", lost.id());
        } else if (entry instanceof Entry.Owner owner) {
            try (PreparedStatement statement = connection.prepareStatement(
                    "UPDATE transfer SET who = ?, who_kind = ? WHERE token_hash = ? AND who_kind = ?")) {
                Parameters parameters = new Parameters(statement);
                parameters.add(owner.who());
                parameters.add(Identity.WHOAMI);
                parameters.add(owner.tokenHash());
                parameters.add(Identity.TOKEN);
                statement.executeUpdate();
            }
        }
    }

    private void update(String sql, UUID id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            new Parameters(statement).add(id);
            statement.executeUpdate();
        }
    }

    private void rollBack(SQLException cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e); // The connection is gone; so is what was done on it.
        }
    }

    @FunctionalInterface
    private interface Binder {
        void bind(PreparedStatement statement) throws SQLException;
    }

    /** Rows of one table: those that are complete, and those that only begin. */
    private final class Batch implements AutoCloseable {
        private final PreparedStatement complete;
        private final PreparedStatement begun;
        private boolean anyComplete;
        private boolean anyBegun;

        Batch(String table, List<String> columns) throws SQLException {
            complete = connection.prepareStatement(database.upsert(table, columns));
            begun = connection.prepareStatement(Database.insertNew(table, columns));
        }

        void add(boolean over, Binder binder) throws SQLException {
            PreparedStatement statement = over ? complete : begun;
            binder.bind(statement);
            statement.addBatch();
            anyComplete |= over;
            anyBegun |= !over;
        }

        void execute() throws SQLException {
            if (anyBegun) {
                begun.executeBatch();
            }
            if (anyComplete) {
                complete.executeBatch();
            }
            anyBegun = false;
            anyComplete = false;
        }

        @Override
        public void close() throws SQLException {
            complete.close();
            begun.close();
        }
    }
}
