package io.parcelnode.node.ledger;

import io.parcelnode.node.cli.Logging;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;
import org.slf4j.LoggerFactory;

/**
 * Brings a database's tables to what this version needs. Several servers may do so at once: they take turns. A server
 * older than the tables leaves them alone.
 */
final class Schema {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Logging.SERVER);
    private static final String LOCATION = "classpath:io/parcelnode/node/ledger/migrations";
    /** What only servers that share a database need. */
    private static final String SHARED = "classpath:io/parcelnode/node/ledger/postgresql";

    /** Which migrations were applied. */
    static final String HISTORY = "ledger_migrations";

    private static final int ATTEMPTS = 5;
    private static final long PAUSE_MS = 300;

    private Schema() {}

    static void migrate(Database database) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                migrateOnce(database);
                return;
            } catch (FlywayException e) {
                if (e.getCause() instanceof SQLException cause) {
                    throw cause;
                }
                // Flyway looks for its own table before it takes its lock, and may see another server's half made.
                if (attempt == ATTEMPTS || !pause()) {
                    throw new SQLException("cannot prepare the ledger's tables: " + e.getMessage(), e);
                }
            }
        }
    }

    /** Returns false if there is no time for it. */
    private static boolean pause() {
        try {
            Thread.sleep(PAUSE_MS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * One at a time in this process: H2 commits with each table that it makes and so gives up Flyway's lock in the
     * middle. Its file belongs to one process; PostgreSQL's lock holds for the others.
     */
    private static synchronized void migrateOnce(Database database) throws SQLException {
        HalfMadeTables.clear(database);
        MigrateResult result = Flyway.configure(Schema.class.getClassLoader())
                .dataSource(new Connections(database))
                .locations(database.isShared() ? new String[] {LOCATION, SHARED} : new String[] {LOCATION})
                .table(HISTORY)
                // The database may hold tables of others already.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate();
        if (result.migrationsExecuted > 0) {
            LOG.info("The ledger's tables in {} are now of version {}", database.text(), result.targetSchemaVersion);
        }
    }

    /** What Flyway wants of a database. */
    private record Connections(Database database) implements DataSource {
        @Override
        public Connection getConnection() throws SQLException {
            return database.connect();
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return database.connect();
        }

        @Override
        public PrintWriter getLogWriter() {
            return null;
        }

        @Override
        public void setLogWriter(PrintWriter out) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public void setLoginTimeout(int seconds) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
