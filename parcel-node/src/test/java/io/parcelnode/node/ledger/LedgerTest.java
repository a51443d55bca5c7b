package io.parcelnode.node.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.serve.LiveSession;
import io.parcelnode.node.serve.LiveThings;
import io.parcelnode.node.serve.LiveTransfer;
import io.parcelnode.node.serve.TransferResult;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.TestPostgres;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The way of a record from the server's threads to the database, whatever goes wrong on it. */
@Timeout(240)
class LedgerTest {
    private static final String TOKEN = "s3cr3t-t0ken";
    private static final long SPOOL_MAX = 64 << 20;

    @TempDir
    Path folder;

    @Test
    void recordsWhatHappens() throws Exception {
        try (Ledger ledger = open(folder, embedded(), SPOOL_MAX)) {
            LiveSession session = LiveThings.session(Instant.now());
            ledger.events().onSessionStarted(session);
            LiveTransfer transfer = begin(ledger, session, "a/b", TOKEN);
            awaitWritten(ledger);
            assertEquals(List.of("running"), results(ledger));

            LiveThings.serve(transfer, 500, new byte[32]);
            ledger.events().onTransferEnded(transfer, TransferResult.COMPLETE, null);
            ledger.events().onTransferEnded(begin(ledger, session, "c", null), TransferResult.CANCELLED, null);
            ledger.events()
                    .onTransferEnded(
                            begin(ledger, session, "d", TOKEN),
                            TransferResult.FAILED,
                            new IOException("broken near " + TOKEN));
            ledger.events()
                    .onTransferRefused(
                            session,
                            new OpenRequest("e" + TOKEN, TOKEN, 7, 9, null),
                            new RequestFailedException(FailureKind.FORBIDDEN, 403, "not you"));
            ledger.events().onSessionEnded(session, null);
            awaitWritten(ledger);

            List<TransferRow> rows = ledger.query().transfers(LedgerFilter.ALL);
            assertEquals(
                    Set.of(
                            "a/b complete null 500 " + "00".repeat(32) + " 2",
                            "c cancelled null 0 null 2",
                            "d failed UPSTREAM: broken near *** 0 null 2",
                            "e*** refused FORBIDDEN: not you 0 null null"),
                    new HashSet<>(rows.stream()
                            .map(row -> row.file() + " " + row.result() + " " + row.reason() + " " + row.bytes() + " "
                                    + row.sha256() + " " + row.sourceAnswers())
                            .toList()));
            TransferRow refused = row(rows, "e***");
            assertEquals(7, refused.fromByte());
            assertEquals(9, refused.lengthBytes());
            assertEquals("127.0.0.1", refused.client());
            assertEquals("node-1", refused.node());
            assertEquals(session.id(), refused.sessionId());
            assertTrue(refused.who().matches("token:66687aad:[0-9a-f]{32}"), refused::toString);
            assertNull(row(rows, "c").who());
            assertEquals(1_000, row(rows, "a/b").sizeBytes());
            assertEquals(1_500, row(rows, "a/b").sourceMeanMicros());
            assertNull(ledger.health().trouble());
        }
    }

    @Test
    void noTokenIsOnTheDisk() throws Exception {
        MoodyDatabase database = new MoodyDatabase(embedded(), true);
        try (Ledger ledger = open(folder, database, SPOOL_MAX)) {
            LiveSession session = LiveThings.session(Instant.now());
            for (int i = 0; i < 20; i++) {
                ledger.events()
                        .onTransferRefused(
                                session,
                                new OpenRequest("id-that-we-find-" + TOKEN, TOKEN),
                                new RequestFailedException(FailureKind.UNAUTHORIZED, 401, "bad token " + TOKEN));
            }
            Await.until("they are on the disk", () -> ledger.health().waitingBytes() > 5_000);
            assertEquals(List.of(), filesWith(TOKEN));
            assertFalse(filesWith("id-that-we-find-").isEmpty(), "the test looks where records are");
            database.away(false);
            awaitWritten(ledger);
        }
        assertEquals(List.of(), filesWith(TOKEN));
        assertEquals(List.of("ledger.mv.db"), filesWith("id-that-we-find-"));
    }

    @Test
    void aDatabaseThatIsAwayAtTheStartGetsEverythingLater() throws Exception {
        MoodyDatabase database = new MoodyDatabase(PostgresDatabase.of(TestPostgres.newDatabase(), null), true);
        try (Ledger ledger = open(folder, database, SPOOL_MAX)) {
            LiveSession session = LiveThings.session(Instant.now());
            for (int i = 0; i < 3_000; i++) {
                serve(ledger, session, "file-" + i);
            }
            Await.until("it is noticed", () -> ledger.health().databaseAway());
            awaitOnDisk(ledger);
            // The end of each, and the server's beginning.
            assertTrue(ledger.recordsOnDisk() >= 3_001, () -> "" + ledger.recordsOnDisk());
            assertTrue(ledger.health().trouble().contains("away, as the test wants it"));
            database.away(false);
            awaitWritten(ledger);
            requireComplete(ledger.query(), 3_000);
            assertFalse(ledger.health().databaseAway());
            assertEquals(0, ledger.health().waitingRecords());
            assertEquals(0, ledger.health().lostRecords());
        }
    }

    @Test
    void aDatabaseThatComesAndGoesUnderLoadHasEveryRecordOnce() throws Exception {
        MoodyDatabase database = new MoodyDatabase(PostgresDatabase.of(TestPostgres.newDatabase(), null), false);
        try (Ledger ledger = open(folder, database, SPOOL_MAX)) {
            List<Thread> load = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                Thread thread = new Thread(() -> {
                    LiveSession session = LiveThings.session(Instant.now());
                    for (int j = 0; j < 2_000; j++) {
                        serve(ledger, session, "file-" + (number * 2_000 + j));
                    }
                });
                load.add(thread);
                thread.start();
            }
            for (int i = 0; i < 5; i++) {
                long before = ledger.health().writtenRecords();
                Await.until(
                        "some are written",
                        () -> ledger.health().writtenRecords() > before
                                || ledger.health().waitingRecords() == 0);
                database.away(true);
                Thread.sleep(20); // Long enough for a batch to break; the outcome does not depend on it.
                database.away(false);
            }
            for (Thread thread : load) {
                thread.join();
            }
            Await.until("all are written", () -> ledger.health().waitingRecords() == 0);
            requireComplete(ledger.query(), 8_000);
            assertEquals(0, ledger.health().lostRecords());
        }
    }

    /** What is on the disk at one moment is what {@code kill -9} would leave. */
    @Test
    void aServerThatIsKilledLeavesItsRecordsToTheNext() throws Exception {
        Path left = folder.resolve("left");
        MoodyDatabase database = new MoodyDatabase(PostgresDatabase.of(TestPostgres.newDatabase(), null), false);
        try (Ledger killed = open(folder.resolve("alive"), database, SPOOL_MAX)) {
            LiveSession session = LiveThings.session(Instant.now());
            killed.events().onSessionStarted(session);
            for (int i = 0; i < 300; i++) {
                serve(killed, session, "file-" + i);
            }
            awaitWritten(killed);
            database.away(true);
            for (int i = 300; i < 500; i++) {
                serve(killed, session, "file-" + i);
            }
            begin(killed, session, "under-way", TOKEN);
            awaitOnDisk(killed);
            assertTrue(killed.recordsOnDisk() >= 201, () -> "" + killed.recordsOnDisk());
            copy(folder.resolve("alive"), left);
        }
        database.away(false);
        try (Ledger next = open(left, database, SPOOL_MAX)) {
            Await.until(
                    "its records are written",
                    () -> next.health().waitingRecords() == 0 && next.health().writtenRecords() > 0);
            List<TransferRow> rows = next.query().transfers(LedgerFilter.ALL);
            assertEquals(501, rows.size());
            assertEquals("lost", row(rows, "under-way").result());
            assertEquals(
                    500,
                    rows.stream().filter(row -> row.result().equals("complete")).count());
        }
    }

    @Test
    void aFullSpoolStopsNobodyRaisesTheAlarmAndCountsWhatIsLost() throws Exception {
        MoodyDatabase database = new MoodyDatabase(embedded(), true);
        try (Ledger ledger = open(folder, database, 6 << 20)) {
            LiveSession session = LiveThings.session(Instant.now());
            int served = 0;
            while (ledger.health().lostRecords() == 0 || !ledger.health().spoolFailing()) {
                serve(ledger, session, "file-" + served++);
            }
            assertTrue(ledger.health().spoolFailing());
            assertTrue(ledger.health().trouble().contains("the disk"), ledger.health()::trouble);

            database.away(false);
            Await.until(
                    "there is room again",
                    () -> ledger.health().waitingRecords() == 0
                            && !ledger.health().spoolFailing());
            long lost = ledger.health().lostRecords();
            assertEquals(2L * served + 1 - lost, ledger.health().writtenRecords() + ledger.replacedRecords());
            assertNull(ledger.health().trouble());
        }
    }

    @Test
    void ofTwoServersWithOneStateFolderTheSecondWaitsForTheEmbeddedDatabase() throws Exception {
        Ledger first = open(folder, embedded(), SPOOL_MAX);
        LiveSession session = LiveThings.session(Instant.now());
        awaitWritten(first);
        // As another process: in this one H2 would share the database.
        MoodyDatabase locked = new MoodyDatabase(embedded(), true);
        try (Ledger second = open(folder, locked, SPOOL_MAX)) {
            serve(first, session, "file-0");
            serve(second, session, "file-1");
            awaitWritten(first);
            Await.until("the second has noticed", () -> second.health().databaseAway());
            assertEquals(1, first.query().transfers(LedgerFilter.ALL).size());
            first.close();
            locked.away(false);
            awaitWritten(second);
            requireComplete(second.query(), 2);
        }
    }

    @Test
    void aRecordThatTheDatabaseRefusesHoldsUpNoOther() throws Exception {
        try (Ledger ledger = open(folder, embedded(), SPOOL_MAX)) {
            LiveSession session = LiveThings.session(Instant.now());
            awaitWritten(ledger);
            try (var connection = embedded().connect();
                    var statement = connection.createStatement()) {
                statement.execute("ALTER TABLE transfer ADD CONSTRAINT wanted CHECK (file_id <> 'file-1')");
            }
            for (int i = 0; i < 3; i++) {
                serve(ledger, session, "file-" + i);
            }
            Await.until("they are written", () -> ledger.health().waitingRecords() == 0);
            assertEquals(2, ledger.query().transfers(LedgerFilter.ALL).size());
            // Its end, and its beginning if that came to the disk alone.
            long lost = ledger.health().lostRecords();
            assertTrue(lost == 1 || lost == 2, () -> lost + " records are lost");
        }
    }

    /** The database gets records every other second; whoever asks need not wait for that. */
    @Test
    void whoAsksFindsWhatHasHappenedBefore() throws Exception {
        try (Ledger ledger = open(folder, embedded(), SPOOL_MAX)) {
            LiveSession session = LiveThings.session(Instant.now());
            for (int i = 0; i < 5; i++) {
                serve(ledger, session, "file-" + i);
                ledger.settle(100_000);
                requireComplete(ledger.query(), i + 1);
            }
        }
    }

    private Database embedded() {
        return EmbeddedDatabase.in(folder);
    }

    private static Ledger open(Path folder, Database database, long spoolMax) throws IOException {
        TokenKey key = new TokenKey(new byte[32]);
        return Ledger.open(new Ledger.Settings(
                folder,
                database,
                "node-1",
                new Identities(key, null),
                null,
                key.id(),
                null,
                spoolMax,
                Clock.systemUTC()));
    }

    private static LiveTransfer begin(Ledger ledger, LiveSession session, String file, String token) {
        LiveTransfer transfer = LiveThings.transfer(session, new OpenRequest(file, token), Instant.now());
        ledger.events().onTransferStarted(transfer);
        return transfer;
    }

    private static void serve(Ledger ledger, LiveSession session, String file) {
        LiveTransfer transfer = begin(ledger, session, file, TOKEN);
        LiveThings.serve(transfer, 1_000, new byte[32]);
        ledger.events().onTransferEnded(transfer, TransferResult.COMPLETE, null);
    }

    /** What has happened is counted as waiting before the server's threads go on. */
    private static void awaitWritten(Ledger ledger) throws Exception {
        long lost = ledger.health().lostRecords();
        Await.until("all is written", () -> ledger.health().waitingRecords() == 0);
        assertEquals(lost, ledger.health().lostRecords());
    }

    private static void awaitOnDisk(Ledger ledger) throws Exception {
        Await.until(
                "all of it is on the disk",
                () -> ledger.recordsOnDisk() == ledger.health().waitingRecords());
    }

    /** Files 0 to {@code count - 1}, each of them once, and complete. */
    private static void requireComplete(LedgerQuery query, int count) throws IOException {
        Set<String> files = new HashSet<>();
        for (TransferRow row : query.transfers(LedgerFilter.ALL)) {
            assertTrue(files.add(row.file()), row::toString);
            assertEquals("complete", row.result(), row::toString);
            assertNotNull(row.end(), row::toString);
        }
        assertEquals(count, files.size());
        for (int i = 0; i < count; i++) {
            assertTrue(files.contains("file-" + i), "file-" + i);
        }
    }

    private static List<String> results(Ledger ledger) throws IOException {
        return ledger.query().transfers(LedgerFilter.ALL).stream()
                .map(TransferRow::result)
                .toList();
    }

    private static TransferRow row(List<TransferRow> rows, String file) {
        return rows.stream().filter(row -> row.file().equals(file)).findFirst().orElseThrow();
    }

    private List<String> filesWith(String text) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                    names.add(file.getFileName().toString());
                }
            }
        }
        return names;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                if (Files.isDirectory(path) || Files.isRegularFile(path)) {
                    Files.copy(path, to.resolve(from.relativize(path).toString()));
                }
            }
        }
    }
}
