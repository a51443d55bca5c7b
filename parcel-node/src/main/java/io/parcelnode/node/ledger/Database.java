package io.parcelnode.node.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** What differs between the databases that a ledger may be in. Thread-safe. */
interface Database {
    /** @throws SQLException when it is not reached in some seconds */
    Connection connect() throws SQLException;

    /** Inserts a row or, if its {@code id} is there, replaces it; a parameter for each column. */
    String upsert(String table, List<String> columns);

    /** What has been committed survives a power cut. */
    void force(Connection connection) throws SQLException;

    /** Several servers may have it in common. */
    boolean isShared();

    /** For people, without secrets. */
    String text();

    /** Inserts a row unless its {@code id} is there. */
    static String insertNew(String table, List<String> columns) {
        return insert(table, columns) + " ON CONFLICT DO NOTHING";
    }

    static String insert(String table, List<String> columns) {
        return "INSERT INTO " + table + " (" + String.join(", ", columns) + ") VALUES (" + parameters(columns) + ")";
    }

    static String parameters(List<String> columns) {
        return columns.stream().map(column -> "?").collect(Collectors.joining(", "));
    }
}
