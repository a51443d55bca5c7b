package io.parcelnode.node.ledger;

import io.parcelnode.node.cli.Logging;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server leaves that is killed while it makes the tables for the first time, in a database that commits with each
 * table (H2): some of them, and perhaps a note that the migration failed, after which it is not tried again.
 *
 * <p>Nothing was ever kept in such tables, so they are taken away and made anew.
 */
final class HalfMadeTables {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);
    private static final List<String> FIRST_TABLES = List.of(RunTable.NAME, SessionTable.NAME, TransferTable.NAME);

    private HalfMadeTables() {}

    /** Takes them away, unless they are whole or have a row. */
    static void clear(Database database) throws SQLException {
        try (Connection connection = database.connect()) {
            if (!connection.getMetaData().dataDefinitionCausesTransactionCommit()) {
                return; // It makes all or nothing.
            }
            List<String> made = new ArrayList<>();
            for (String table : FIRST_TABLES) {
                if (exists(connection, table)) {
                    made.add(table);
                }
            }
            boolean noted = exists(connection, Schema.HISTORY);
            if (noted && hasRow(connection, Schema.HISTORY + " WHERE success AND version = '1'")) {
                return;
            }
            for (String table : made) {
                if (hasRow(connection, table)) {
                    return; // Somebody's; the migration will say what it does not like.
                }
            }
            if (noted) {
                made.add(Schema.HISTORY); // Last: without it, and with tables, they would be somebody else's.
            }
            drop(connection, made);
            if (!made.isEmpty()) {
                LOG.info("The ledger's tables in {} were half made and empty: making them anew", database.text());
            }
        }
    }

    private static void drop(Connection connection, List<String> tables) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : tables) {
                statement.execute("DROP TABLE " + table);
            }
        }
    }

    private static boolean exists(Connection connection, String table) throws SQLException {
        try (ResultSet tables = connection.getMetaData().getTables(null, connection.getSchema(), table, null)) {
            return tables.next();
        }
    }

    private static boolean hasRow(Connection connection, String where) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT 1 FROM " + where + " LIMIT 1")) {
            return rows.next();
        }
    }
}
