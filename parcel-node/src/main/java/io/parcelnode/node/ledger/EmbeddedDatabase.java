package io.parcelnode.node.ledger;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;

/** H2 in a file that one process has open at a time. */
final class EmbeddedDatabase implements Database {
    private static final String NAME = "ledger";
    private static final String SUFFIX = ".mv.db";

    private final Path file;
    private final String url;

    private EmbeddedDatabase(Path folder, String access) {
        file = folder.resolve(NAME + SUFFIX);
        url = "jdbc:h2:file:" + folder.toAbsolutePath().resolve(NAME)
                // Syntax that PostgreSQL has as well.
                + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH"
                // We close it; at a signal it is still needed.
                + ";DB_CLOSE_ON_EXIT=FALSE"
                // What has to be on the disk, is forced by us; the rest, and its own tidying, need not come twice a
                // second.
                + ";WRITE_DELAY=10000"
                // No file beside it that repeats statements; some megabytes of cache are enough.
                + ";TRACE_LEVEL_FILE=0;CACHE_SIZE=4096"
                + access;
    }

    static EmbeddedDatabase in(Path folder) {
        return new EmbeddedDatabase(folder, "");
    }

    /** Of a server that does not run. */
    static EmbeddedDatabase readOnlyIn(Path folder) {
        return new EmbeddedDatabase(folder, ";ACCESS_MODE_DATA=r;IFEXISTS=TRUE");
    }

    static boolean existsIn(Path folder) {
        return Files.exists(folder.resolve(NAME + SUFFIX));
    }

    @Override
    public Connection connect() throws SQLException {
        Properties user = new Properties();
        user.put("user", NAME);
        user.put("password", "");
        try {
            return new org.h2.Driver().connect(url, user);
        } catch (SQLException e) {
            throw isLocked(e) ? new SQLException("another process has " + file + " open", e.getSQLState(), e) : e;
        }
    }

    @Override
    public String upsert(String table, List<String> columns) {
        return "MERGE INTO " + table + " (" + String.join(", ", columns) + ") KEY (id) VALUES ("
                + Database.parameters(columns) + ")";
    }

    /** Left alone, H2 writes what has been committed some seconds later. */
    @Override
    public void force(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT SYNC");
        }
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public String text() {
        return file.toString();
    }

    private static boolean isLocked(SQLException e) {
        return e.getErrorCode() == org.h2.api.ErrorCode.DATABASE_ALREADY_OPEN_1;
    }
}
