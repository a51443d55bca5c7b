package io.parcelnode.node.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Deletes what is older than the site wants to keep; by default nothing. Used by the database's thread. */
final class Retention {
    private static final Duration EVERY = Duration.ofHours(1);
    /** Small enough that nobody waits for it. */
    private static final int ROWS = 5_000;

    private final Duration keep;
    private final Clock clock;
    private Instant next = Instant.MIN;

    /** @param keep null for ever */
    Retention(Duration keep, Clock clock) {
        this.keep = keep;
        this.clock = clock;
    }

    /** One step at a time of what is due. */
    void apply(Connection connection) throws SQLException {
        Instant now = clock.instant();
        if (keep == null || now.isBefore(next)) {
            return;
        }
        int deleted = 0;
        for (String table : new String[] {TransferTable.NAME, SessionTable.NAME, RunTable.NAME}) {
            deleted += delete(connection, table, now.minus(keep));
        }
        connection.commit();
        if (deleted == 0) {
            next = now.plus(EVERY);
        }
    }

    private static int delete(Connection connection, String table, Instant before) throws SQLException {
        // What is under way has its end to come.
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + table + " WHERE id IN (SELECT id" + " FROM " + table
                        + " WHERE started_at < ? AND result <> 'running' LIMIT " + ROWS + ")")) {
            new Parameters(statement).add(before);
            return statement.executeUpdate();
        }
    }
}
