package io.parcelnode.node.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A database that goes away and comes back when a test says so. */
final class MoodyDatabase implements Database {
    private final Database database;
    private final List<Connection> open = new ArrayList<>();
    private boolean away;

    MoodyDatabase(Database database, boolean away) {
        this.database = database;
        this.away = away;
    }

    /** Breaks what is open, in the middle of whatever it does. */
    void away(boolean wanted) throws SQLException {
        List<Connection> breaking;
        synchronized (this) {
            away = wanted;
            breaking = new ArrayList<>(wanted ? open : List.of());
            open.clear();
        }
        for (Connection connection : breaking) {
            connection.abort(Runnable::run);
            connection.close(); // H2 does nothing at an abort.
        }
    }

    @Override
    public Connection connect() throws SQLException {
        synchronized (this) {
            if (away) {
                throw new SQLException("away, as the test wants it", "08001");
            }
            Connection connection = database.connect();
            open.add(connection);
            return connection;
        }
    }

    @Override
    public String upsert(String table, List<String> columns) {
        return database.upsert(table, columns);
    }

    @Override
    public void force(Connection connection) throws SQLException {
        database.force(connection);
    }

    @Override
    public boolean isShared() {
        return database.isShared();
    }

    @Override
    public String text() {
        return database.text();
    }
}
