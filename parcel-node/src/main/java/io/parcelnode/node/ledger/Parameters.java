package io.parcelnode.node.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;

/** Binds a statement's parameters in their order. */
final class Parameters {
    private final PreparedStatement statement;
    private int index;

    Parameters(PreparedStatement statement) {
        this.statement = statement;
    }

    void add(UUID value) throws SQLException {
        statement.setObject(++index, value);
    }

    void add(String value) throws SQLException {
        statement.setString(++index, value);
    }

    void add(Long value) throws SQLException {
        statement.setObject(++index, value, Types.BIGINT);
    }

    void add(Integer value) throws SQLException {
        statement.setObject(++index, value, Types.INTEGER);
    }

    void add(Double value) throws SQLException {
        statement.setObject(++index, value, Types.DOUBLE);
    }

    void add(Instant value) throws SQLException {
        statement.setObject(
                ++index, value == null ? null : value.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
    }
}
