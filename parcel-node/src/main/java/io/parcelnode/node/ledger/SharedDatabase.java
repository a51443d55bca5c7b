package io.parcelnode.node.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** A database that several servers have in common, for what they tell each other. Thread-safe. */
public final class SharedDatabase {
    private final Database database;
    private final UUID run;
    private final String node;
    private final Identities identities;

    SharedDatabase(Database database, UUID run, String node, Identities identities) {
        this.database = database;
        this.run = run;
        this.node = node;
        this.identities = identities;
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

    /** The same for the same token on all servers with one key, and no way back to it. */
    public String tokenName(String token) {
        return identities.of(token).tokenHash();
    }

    /** For people, without secrets. */
    public String text() {
        return database.text();
    }
}
