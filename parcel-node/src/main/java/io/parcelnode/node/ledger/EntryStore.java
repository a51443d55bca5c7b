package io.parcelnode.node.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
            for (Entry entry : entries) {
                if (entry instanceof Entry.Run run) {
                    runs.add(run.id(), run.end() != null, statement -> RunTable.bind(statement, run));
                } else if (entry instanceof Entry.Session session) {
                    sessions.add(
                            session.id(), session.end() != null, statement -> SessionTable.bind(statement, session));
                } else if (entry instanceof Entry.Transfer transfer) {
                    TransferRow row = transfer.row();
                    transfers.add(row.id(), row.end() != null, statement -> TransferTable.bind(statement, transfer));
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

    /**
     * Rows of one table, each of them once, because PostgreSQL does not replace a row twice in one statement: the last
     * end of a thing, or its beginning.
     */
    private final class Batch implements AutoCloseable {
        private final PreparedStatement replace;
        private final PreparedStatement insert;
        private final Map<UUID, Binder> ended = new LinkedHashMap<>();
        private final Map<UUID, Binder> begun = new LinkedHashMap<>();

        Batch(String table, List<String> columns) throws SQLException {
            replace = connection.prepareStatement(database.upsert(table, columns));
            insert = connection.prepareStatement(Database.insertNew(table, columns));
        }

        void add(UUID id, boolean over, Binder binder) {
            if (over) {
                begun.remove(id);
                ended.put(id, binder);
            } else if (!ended.containsKey(id)) {
                begun.put(id, binder);
            }
        }

        void execute() throws SQLException {
            execute(insert, begun);
            execute(replace, ended);
        }

        private void execute(PreparedStatement statement, Map<UUID, Binder> rows) throws SQLException {
            if (rows.isEmpty()) {
                return;
            }
            for (Binder row : rows.values()) {
                row.bind(statement);
                statement.addBatch();
            }
            statement.executeBatch();
            rows.clear();
        }

        @Override
        public void close() throws SQLException {
            replace.close();
            insert.close();
        }
    }
}
