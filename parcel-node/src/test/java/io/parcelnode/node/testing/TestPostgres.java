package io.parcelnode.node.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL on loopback, started once for all tests of a JVM; it ends with it. */
public final class TestPostgres {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static EmbeddedPostgres server;

    private TestPostgres() {}

    /** Of a new, empty database. */
    public static String newDatabase() throws IOException, SQLException {
        String name = "ledger" + DATABASES.incrementAndGet();
        EmbeddedPostgres running = server();
        try (Connection connection = running.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return running.getJdbcUrl("postgres", name);
    }

    /** One of those databases breaks its connections and takes no more of them, or takes them again. */
    public static void away(String url, boolean wanted) throws IOException, SQLException {
        String name = url.replaceAll(".*/(\\w+)(\\?.*)?", "$1");
        try (Connection connection = server().getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS " + !wanted);
            if (wanted) {
                statement.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
            }
        }
    }

    private static synchronized EmbeddedPostgres server() throws IOException {
        if (server == null) {
            server = EmbeddedPostgres.builder()
                    .setPGStartupWait(Duration.ofMinutes(2)) // Of a machine that may be busy.
                    .start();
        }
        return server;
    }
}
