package io.parcelnode.node.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.HandMovedClock;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a ledger does, whatever database it is in. */
@Timeout(240)
abstract class LedgerDatabaseContract {
    private Database database;
    private Connection connection;
    private EntryStore store;
    private LedgerQuery query;

    abstract Database newDatabase() throws Exception;

    @BeforeEach
    void open() throws Exception {
        database = newDatabase();
        Schema.migrate(database);
        connection = database.connect();
        store = new EntryStore(connection, database);
        query = new SqlQuery(database);
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
    }

    @Test
    void givesBackWhatItWasTold() throws Exception {
        store.store(List.of(Entries.ended(1)));

        assertEquals(List.of(Entries.ended(1).row()), query.transfers(LedgerFilter.ALL));
    }

    @Test
    void toldTwiceItHasEverythingOnce() throws Exception {
        List<Entry> told = List.of(
                Entries.run(null),
                Entries.session(null),
                Entries.begun(1),
                Entries.begun(2),
                Entries.ended(1),
                Entries.session(Entries.NOON.plusSeconds(9)),
                Entries.run(Entries.NOON.plusSeconds(10)));
        store.store(told);
        store.store(told);
        // In one batch, too.
        List<Entry> twice = new ArrayList<>(told);
        twice.addAll(told);
        store.store(twice);
        // As after a crash: what came first comes alone.
        store.store(told.subList(0, 4));

        assertEquals(List.of(Entries.begun(2).row(), Entries.ended(1).row()), query.transfers(LedgerFilter.ALL));
        assertEquals(List.of("ended 2026-11-25T12:00:09.123456Z 0.01"), sessions());
        assertEquals(List.of("ended"), column("SELECT result FROM node_run"));
    }

    @Test
    void whatADeadServerWasDoingIsLostAndNothingElse() throws Exception {
        store.store(List.of(Entries.run(null), Entries.session(null), Entries.begun(1), Entries.ended(2)));
        Entry.Transfer other =
                new Entry.Transfer(new UUID(1, 99), null, Entries.begun(3).row());
        store.store(List.of(other, new Entry.LostRun(Entries.RUN), new Entry.LostRun(Entries.RUN)));

        assertEquals(List.of("running", "complete", "lost"), results());
        assertEquals(List.of("lost"), column("SELECT result FROM client_session"));
        assertEquals(List.of("lost"), column("SELECT result FROM node_run"));
    }

    @Test
    void aNameThatBecomesKnownLaterNamesWhatWasBefore() throws Exception {
        store.store(List.of(
                Entries.ended(1),
                Entries.transfer(2, "x", "198.51.100.1", Entries.NOON, "complete"),
                Entries.begun(3)));
        store.store(List.of(new Entry.Owner("0011aabb:192.0.2.7", "ann")));

        assertEquals(
                List.of("file-3 ann whoami", "file-1 ann whoami", "x token:0011aabb:198.51.100.1 token"),
                query.transfers(LedgerFilter.ALL).stream()
                        .map(row -> row.file() + " " + row.who() + " " + row.whoKind())
                        .toList());
    }

    @Test
    void filtersByTimeClientFileResultAndNode() throws Exception {
        Instant noon = Entries.NOON;
        store.store(List.of(
                Entries.transfer(1, "a/1.bam", "192.0.2.7", noon, "complete"),
                Entries.transfer(2, "a/2.bam", "192.0.2.8", noon.plusSeconds(1), "failed"),
                Entries.transfer(3, "b_%!", "192.0.2.7", noon.plusSeconds(2), "complete")));

        assertEquals(List.of("b_%!", "a/2.bam", "a/1.bam"), files(LedgerFilter.ALL));
        assertEquals(List.of("b_%!"), files(LedgerFilter.newest(1)));
        assertEquals(List.of("b_%!", "a/2.bam"), files(filter(noon.plusSeconds(1), null, null, null, null)));
        assertEquals(List.of("a/1.bam"), files(filter(null, noon.plusSeconds(1), null, null, null)));
        assertEquals(List.of("b_%!", "a/1.bam"), files(filter(null, null, "192.0.2.7", null, null)));
        assertEquals(List.of("a/2.bam"), files(filter(null, null, "token:0011aabb:192.0.2.8", null, null)));
        assertEquals(List.of("b_%!", "a/2.bam", "a/1.bam"), files(filter(null, null, "192.*", null, null)));
        assertEquals(List.of("a/1.bam"), files(filter(null, null, null, "a/1.bam", null)));
        assertEquals(List.of("a/2.bam", "a/1.bam"), files(filter(null, null, null, "a/*.bam", null)));
        assertEquals(List.of("b_%!"), files(filter(null, null, null, "b_%*", null)));
        assertEquals(List.of(), files(filter(null, null, null, "a_1*", null)), "an underscore is itself");
        assertEquals(List.of("a/2.bam"), files(filter(null, null, null, null, "failed")));
        assertEquals(List.of(), files(new LedgerFilter(null, null, null, null, null, "node-2", 0)));
    }

    /** Ids may have 4096 bytes, all of them such that they need six characters here; an index would not take them. */
    @Test
    void takesTheLongestIds() throws Exception {
        StringBuilder id = new StringBuilder();
        for (int i = 0; id.length() < 24_500; i++) {
            id.append(TransferTable.fileKey("" + i)); // Nothing that a database could compress away.
        }
        store.store(List.of(Entries.transfer(1, id.toString(), "192.0.2.7", Entries.NOON, "complete")));

        assertEquals(List.of(id.toString()), files(filter(null, null, null, id.toString(), null)));
    }

    /** The database keeps what it has when a batch is no good, and the good ones of that batch can come again. */
    @Test
    void aBatchIsStoredWholeOrNotAtAll() throws Exception {
        Entry.Transfer bad =
                Entries.transfer(2, "with a NUL \0 in it" + "x".repeat(40_000), "1", Entries.NOON, "failed");
        List<Entry> batch = List.of(Entries.ended(1), bad);
        SQLException refusal = assertThrows(SQLException.class, () -> store.store(batch));
        assertTrue(DatabaseWriter.isAboutData(refusal), refusal::toString);
        assertEquals(List.of(), query.transfers(LedgerFilter.ALL));

        store.store(List.of(Entries.ended(1)));
        assertEquals(List.of("file-1"), files(LedgerFilter.ALL));
    }

    @Test
    void keepsWhatIsYoungOrUnderWay() throws Exception {
        HandMovedClock clock = new HandMovedClock(Entries.NOON.atZone(ZoneOffset.UTC));
        Retention retention = new Retention(Duration.ofDays(400), clock);
        store.store(List.of(
                Entries.run(Entries.NOON.plusSeconds(3)),
                Entries.session(Entries.NOON.plusSeconds(3)),
                Entries.ended(1),
                Entries.begun(2),
                Entries.transfer(3, "young", "192.0.2.7", Entries.NOON.plus(Duration.ofDays(2)), "complete")));
        retention.apply(connection);
        assertEquals(3, query.transfers(LedgerFilter.ALL).size());

        clock.advance(Duration.ofDays(401));
        retention.apply(connection);

        assertEquals(List.of("young", "file-2"), files(LedgerFilter.ALL));
        assertEquals(List.of(), column("SELECT result FROM client_session"));
        new Retention(null, clock).apply(connection);
        assertEquals(2, query.transfers(LedgerFilter.ALL).size(), "by default nothing is deleted");
    }

    @Test
    void tellsServersApartThatHashTokensWithOtherKeys() throws Exception {
        store.store(List.of(Entries.run(null)));
        assertEquals(List.of(), RunTable.nodesWithOtherKeys(connection, "0011aabb"));
        assertEquals(List.of("node-1"), RunTable.nodesWithOtherKeys(connection, "ffffffff"));
        store.store(List.of(Entries.run(Entries.NOON)));
        assertEquals(List.of(), RunTable.nodesWithOtherKeys(connection, "ffffffff"), "it does not run any more");
    }

    @Test
    void preparesItsTablesOnceHoweverManyServersStart() throws Exception {
        Database fresh = newDatabase();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> starts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                starts.add(() -> {
                    Schema.migrate(fresh);
                    return null;
                });
            }
            for (Future<Void> start : threads.invokeAll(starts)) {
                start.get();
            }
        } finally {
            threads.shutdownNow();
        }
        try (Connection other = fresh.connect()) {
            assertEquals(
                    List.of("1"),
                    column(other, "SELECT version FROM ledger_migrations WHERE version = '1' AND success"));
        }
    }

    @Test
    void livesBesideTheTablesOfOthers() throws Exception {
        Database shared = newDatabase();
        try (Connection other = shared.connect();
                Statement statement = other.createStatement()) {
            statement.execute("CREATE TABLE theirs (id INTEGER)");
            Schema.migrate(shared);
            assertEquals(List.of(), column(other, "SELECT id FROM transfer"));
        }
    }

    private static LedgerFilter filter(Instant since, Instant until, String client, String file, String result) {
        return new LedgerFilter(since, until, client, file, result, null, 0);
    }

    private List<String> files(LedgerFilter filter) throws Exception {
        return query.transfers(filter).stream().map(TransferRow::file).toList();
    }

    private List<String> results() throws Exception {
        return query.transfers(LedgerFilter.ALL).stream()
                .map(TransferRow::result)
                .toList();
    }

    private List<String> sessions() throws Exception {
        List<String> sessions = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT result, ended_at, loss FROM client_session")) {
            while (rows.next()) {
                sessions.add(rows.getString(1) + " "
                        + rows.getObject(2, OffsetDateTime.class).toInstant() + " " + rows.getDouble(3));
            }
        }
        return sessions;
    }

    private List<String> column(String sql) throws Exception {
        return column(connection, sql);
    }

    private static List<String> column(Connection connection, String sql) throws Exception {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
