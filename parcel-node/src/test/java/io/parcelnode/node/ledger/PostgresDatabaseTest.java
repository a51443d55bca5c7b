package io.parcelnode.node.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresDatabaseTest extends LedgerDatabaseContract {
    @TempDir
    Path folder;

    @Override
    Database newDatabase() throws Exception {
        return PostgresDatabase.of(TestPostgres.newDatabase(), null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ledger",
                "jdbc:mysql://host/ledger",
                "jdbc:postgresql://host:port/ledger",
                "jdbc:postgresql://host:99999999/ledger",
                "postgresql://host/ledger"
            })
    void refusesWhatIsNoUrlOfPostgres(String url) {
        CommandException refusal = assertThrows(CommandException.class, () -> PostgresDatabase.of(url, null));
        assertEquals(ExitCode.USAGE, refusal.exitCode());
        assertTrue(refusal.getMessage().contains("jdbc:postgresql://HOST"), refusal::getMessage);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://host/ledger?user=ann&password=hidden",
                "jdbc:postgresql://host/ledger?PASSWORD=hidden",
                "jdbc:mysql://ann:hidden@host/ledger",
                "jdbc:mysql://host/ledger?password=hidden"
            })
    void refusesAPasswordInTheUrlWithoutRepeatingIt(String url) {
        CommandException refusal = assertThrows(CommandException.class, () -> PostgresDatabase.of(url, null));
        assertEquals(ExitCode.USAGE, refusal.exitCode());
        assertFalse(refusal.getMessage().contains("hidden"), refusal::getMessage);
    }

    @Test
    void readsItsPasswordFromAFileEachTime() throws Exception {
        String url = TestPostgres.newDatabase();
        Path file = Files.writeString(folder.resolve("password"), "anything\n");
        Database database = PostgresDatabase.of(url, file);
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
        }
        Files.delete(file);

        SQLException missing = assertThrows(SQLException.class, database::connect);

        assertTrue(missing.getMessage().contains(file.toString()), missing::getMessage);
        CommandException refusal = assertThrows(CommandException.class, () -> PostgresDatabase.of(url, file));
        assertEquals(ExitCode.USAGE, refusal.exitCode());
    }

    @Test
    void namesItselfWithoutItsUser() throws Exception {
        assertEquals(
                "jdbc:postgresql://db.example.org:5433/ledger",
                PostgresDatabase.of("jdbc:postgresql://db.example.org:5433/ledger?user=ann&ssl=true", null)
                        .text());
    }
}
