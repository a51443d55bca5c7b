package io.parcelnode.node.limits;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Table {@code node_share} of PostgreSQL: a row for each server, with what its clients want. How old a row is, the
 * database's clock alone decides.
 */
final class NodeTable {
    private static final long FRESH_MS = NodeShares.TRUST.toMillis();
    /** A row that nobody has renewed for so long is a dead server's. */
    private static final int DEAD_S = 60;
    /** However many there are. */
    private static final int NODES_MAX = 1_000;

    private static final String WRITE = "INSERT INTO node_share (run_id, node, seen_at, clients, wanted_bits)"
            + " VALUES (?, ?, clock_timestamp(), ?, ?) ON CONFLICT (run_id) DO UPDATE SET seen_at = EXCLUDED.seen_at,"
            + " clients = EXCLUDED.clients, wanted_bits = EXCLUDED.wanted_bits";
    // A row of the future, which a clock that was set back leaves, is no younger than one of the past.
    private static final String READ = "SELECT clients, wanted_bits FROM node_share WHERE run_id <> ?"
            + " AND abs(extract(epoch FROM clock_timestamp() - seen_at)) * 1000 < " + FRESH_MS
            + " ORDER BY run_id LIMIT " + NODES_MAX;
    private static final String FORGET =
            "DELETE FROM node_share WHERE abs(extract(epoch FROM clock_timestamp() - seen_at)) > " + DEAD_S;
    private static final String LEAVE = "DELETE FROM node_share WHERE run_id = ?";

    private final Connection connection;
    private final UUID run;
    private final String node;

    /** @param connection commits each statement */
    NodeTable(Connection connection, UUID run, String node) {
        this.connection = connection;
        this.run = run;
        this.node = node;
    }

    /** Replaces what this server has said before. */
    void write(Map<String, Long> wantedBits) throws SQLException {
        String[] names = wantedBits.keySet().toArray(new String[0]);
        Long[] bits = Arrays.stream(names).map(wantedBits::get).toArray(Long[]::new);
        Array nameArray = connection.createArrayOf("text", names);
        Array bitArray = connection.createArrayOf("bigint", bits);
        try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
            statement.setObject(1, run);
            statement.setString(2, node);
            statement.setArray(3, nameArray);
            statement.setArray(4, bitArray);
            statement.executeUpdate();
        }
    }

    /** What the servers that are alive have said. */
    NodeShares.Others read(long nowNs) throws SQLException {
        Map<String, long[]> wantedBits = new HashMap<>();
        int nodes = 0;
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setObject(1, run);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    nodes++;
                    String[] names = (String[]) rows.getArray(1).getArray();
                    Long[] bits = (Long[]) rows.getArray(2).getArray();
                    for (int i = 0; i < Math.min(names.length, bits.length); i++) {
                        if (names[i] != null && bits[i] != null && bits[i] > 0) {
                            wantedBits.merge(names[i], new long[] {bits[i]}, NodeTable::joined);
                        }
                    }
                }
            }
        }
        return new NodeShares.Others(nodes, wantedBits, nowNs);
    }

    void forgetDead() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
            statement.executeUpdate();
        }
    }

    void leave() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LEAVE)) {
            statement.setObject(1, run);
            statement.executeUpdate();
        }
    }

    private static long[] joined(long[] some, long[] more) {
        long[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }
}
