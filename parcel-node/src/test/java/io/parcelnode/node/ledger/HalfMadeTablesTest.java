package io.parcelnode.node.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class HalfMadeTablesTest {
    @TempDir
    Path folder;

    /** Dead from there on, as after a kill; or failing once, so that Flyway notes a failure. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFirstMigrationThatEndedAnywhereIsMended(boolean staysDead) throws Exception {
        int changes = 0;
        for (boolean ended = false; !ended; changes++) {
            Database database = EmbeddedDatabase.in(folder.resolve("after-" + changes));
            DyingDatabase dying = new DyingDatabase(database, changes, staysDead);
            try {
                Schema.migrate(dying);
            } catch (SQLException e) {
                assertTrue(dying.died(), e::toString);
            }
            ended = !dying.died();

            Schema.migrate(database);
            try (Connection connection = database.connect()) {
                new EntryStore(connection, database).store(List.of(Entries.ended(1)));
            }
            Schema.migrate(database);
            assertEquals(List.of(Entries.ended(1).row()), new SqlQuery(database).transfers(LedgerFilter.ALL));
        }
        assertTrue(changes > 10, "only " + changes + " statements");
    }

    @Test
    void tablesWithARowStay() throws Exception {
        Database database = EmbeddedDatabase.in(folder);
        Schema.migrate(database);
        try (Connection connection = database.connect()) {
            new EntryStore(connection, database).store(List.of(Entries.ended(1)));
            try (Statement statement = connection.createStatement()) {
                statement.execute("DELETE FROM " + Schema.HISTORY + " WHERE version = '1'");
                connection.commit();
            }
        }
        assertThrows(SQLException.class, () -> Schema.migrate(database));
        assertEquals(List.of(Entries.ended(1).row()), new SqlQuery(database).transfers(LedgerFilter.ALL));
    }

    @Test
    void tablesOfOthersStay() throws Exception {
        Database database = EmbeddedDatabase.in(folder);
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE theirs (id INTEGER)");
            statement.execute("CREATE TABLE transfer (half INTEGER)");
            Schema.migrate(database);
            try (ResultSet rows = statement.executeQuery("SELECT id FROM theirs")) {
                assertTrue(!rows.next());
            }
        }
        assertEquals(List.of(), new SqlQuery(database).transfers(LedgerFilter.ALL));
    }
}
