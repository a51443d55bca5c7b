package io.parcelnode.node.ledger;

import io.parcelnode.node.cli.Messages;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Asks a database, over a connection for each question. */
final class SqlQuery implements LedgerQuery {
    private static final int FETCH_ROWS = 500;
    private static final int TIMEOUT_S = 25;

    private final Database database;

    SqlQuery(Database database) {
        this.database = database;
    }

    @Override
    public void transfers(LedgerFilter filter, Consumer<TransferRow> rows) throws IOException {
        List<Object> values = new ArrayList<>();
        String sql = "SELECT " + String.join(", ", TransferTable.COLUMNS) + " FROM " + TransferTable.NAME
                + where(filter, values) + " ORDER BY started_at DESC, id"
                + (filter.limit() > 0 ? " LIMIT " + filter.limit() : "");
        try (Connection connection = database.connect()) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false); // So that rows come in portions.
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setQueryTimeout(TIMEOUT_S);
                statement.setFetchSize(FETCH_ROWS);
                bind(statement, values);
                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        rows.accept(TransferTable.read(result));
                    }
                }
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new IOException(
                    "cannot ask the ledger's database " + database.text() + ": " + Messages.onOneLine(Messages.of(e)),
                    e);
        }
    }

    private static String where(LedgerFilter filter, List<Object> values) {
        List<String> conditions = new ArrayList<>();
        if (filter.since() != null) {
            conditions.add("started_at >= ?");
            values.add(filter.since());
        }
        if (filter.until() != null) {
            conditions.add("started_at < ?");
            values.add(filter.until());
        }
        if (filter.client() != null) {
            conditions.add(
                    isPattern(filter.client())
                            ? "(client LIKE ? ESCAPE '!' OR who LIKE ? ESCAPE '!')"
                            : "(client = ? OR who = ?)");
            values.add(pattern(filter.client()));
            values.add(pattern(filter.client()));
        }
        if (filter.file() != null && isPattern(filter.file())) {
            conditions.add("file_id LIKE ? ESCAPE '!'");
            values.add(pattern(filter.file()));
        } else if (filter.file() != null) {
            conditions.add("file_key = ?");
            values.add(TransferTable.fileKey(filter.file()));
        }
        if (filter.result() != null) {
            conditions.add("result = ?");
            values.add(filter.result());
        }
        if (filter.node() != null) {
            conditions.add("node = ?");
            values.add(filter.node());
        }
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private static boolean isPattern(String text) {
        return text.indexOf('*') >= 0;
    }

    private static String pattern(String text) {
        return isPattern(text) ? text.replaceAll("[!%_]", "!$0").replace('*', '%') : text;
    }

    private static void bind(PreparedStatement statement, List<Object> values) throws SQLException {
        Parameters parameters = new Parameters(statement);
        for (Object value : values) {
            if (value instanceof Instant time) {
                parameters.add(time);
            } else {
                parameters.add((String) value);
            }
        }
    }
}
