package io.parcelnode.node.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest extends LedgerDatabaseContract {
    @TempDir
    Path folder;

    private int databases;

    @Override
    Database newDatabase() {
        return EmbeddedDatabase.in(folder.resolve("database-" + databases++));
    }

    /** What {@code kill -9} leaves of the file is all that was stored, without a close. */
    @Test
    void whatIsStoredIsInTheFile() throws Exception {
        Path first = folder.resolve("first");
        Path copy = Files.createDirectories(folder.resolve("copy"));
        Database database = EmbeddedDatabase.in(first);
        Schema.migrate(database);
        try (Connection connection = database.connect()) {
            new EntryStore(connection, database).store(List.of(Entries.ended(1)));
            Files.copy(first.resolve("ledger.mv.db"), copy.resolve("ledger.mv.db"));
        }
        assertEquals(
                List.of(Entries.ended(1).row()),
                new SqlQuery(EmbeddedDatabase.readOnlyIn(copy)).transfers(LedgerFilter.ALL));
    }

    @Test
    void readingMakesNoFilesAndChangesNone() throws Exception {
        Path absent = folder.resolve("absent");
        IOException refusal = assertThrows(
                IOException.class, () -> new SqlQuery(EmbeddedDatabase.readOnlyIn(absent)).transfers(LedgerFilter.ALL));
        assertTrue(refusal.getMessage().contains(absent.toString()), refusal::getMessage);
        assertTrue(Files.notExists(absent));

        Database database = newDatabase();
        Schema.migrate(database);
        Path file = Path.of(database.text());
        byte[] before = Files.readAllBytes(file);
        assertEquals(
                List.of(), new SqlQuery(EmbeddedDatabase.readOnlyIn(file.getParent())).transfers(LedgerFilter.ALL));
        assertEquals(-1, Files.mismatch(file, Files.write(folder.resolve("before"), before)));
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertEquals(List.of(file), files.toList());
        }
    }
}
