package io.parcelnode.node.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** A database that several servers have in common, for what they tell each other. Thread-safe. */
public final class SharedDatabase {
    private final Database database;
    private final UUID run;
    private final String node;

    SharedDatabase(Database database, UUID run, String node) {
        this.database = database;
        this.run = run;
        this.node = node;
    }

    /** Its tables are there. The caller's to close. May take some seconds, whether it comes or not. */
    public Connection connect() throws SQLException {
        Schema.migrate(database);
        return database.connect();
    }

    /** This life of this server. */
    public UUID run() {
        return run;
    }

    /** Name of this server. */
    public String node() {
        return node;
    }

    /** For people, without secrets. */
    public String text() {
        return database.text();
    }
}
