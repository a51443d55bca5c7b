package io.parcelnode.node.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** One row for each life of a server process. */
final class RunTable {
    static final String NAME = "node_run";
    static final List<String> COLUMNS =
            List.of("id", "node", "version", "token_key", "started_at", "ended_at", "result");

    private RunTable() {}

    static void bind(PreparedStatement statement, Entry.Run run) throws SQLException {
        Parameters parameters = new Parameters(statement);
        parameters.add(run.id());
        parameters.add(run.node());
        parameters.add(run.version());
        parameters.add(run.tokenKey());
        parameters.add(run.start());
        parameters.add(run.end());
        parameters.add(run.end() == null ? Results.RUNNING : Results.ENDED);
    }

    /** Servers that run and hash tokens with another key, so that one client has two names. */
    static List<String> nodesWithOtherKeys(Connection connection, String tokenKey) throws SQLException {
        List<String> nodes = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT DISTINCT node FROM " + NAME
                + " WHERE result = 'running' AND token_key <> ? ORDER BY node LIMIT 10")) {
            new Parameters(statement).add(tokenKey);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    nodes.add(rows.getString(1));
                }
            }
        }
        return nodes;
    }
}
