package io.parcelnode.node.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
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
}
