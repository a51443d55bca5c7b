package io.parcelnode.node.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parcelnode.node.ledger.LedgerFilter;
import io.parcelnode.node.ledger.LedgerQuery;
import io.parcelnode.node.ledger.TransferRow;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LedgerRecallTest {
    private static final Instant START = Instant.parse("2026-11-25T10:00:00Z");
    private static final UUID ONE = new UUID(0, 1);
    private static final UUID OTHER = new UUID(0, 2);

    @Test
    void theRequestsOfADownloadAreOneFile() throws Exception {
        AtomicReference<LedgerFilter> asked = new AtomicReference<>();
        List<TransferRow> rows = List.of(
                row(OTHER, "large", 40, 40, "lost", 30),
                row(ONE, "running", 10, 0, "running", 20),
                row(ONE, "large", 40, 10, "cancelled", 10),
                row(ONE, "large", 40, 30, "complete", 5),
                row(ONE, "absent", null, 0, "refused", 3),
                row(ONE, "broken", 40, 4, "failed", 1));
        LedgerQuery ledger = (filter, consumer) -> {
            asked.set(filter);
            rows.forEach(consumer);
        };
        List<RecentFile> files = LedgerRecall.files(ledger, "node-1", START.plusSeconds(99), 500);
        assertEquals(new LedgerFilter(null, START.plusSeconds(99), null, null, null, "node-1", 500), asked.get());
        assertEquals(
                List.of("large complete 40", "large complete 40", "absent refused 0", "broken failed 4"),
                files.stream()
                        .map(file -> file.file() + ' ' + file.result() + ' ' + file.servedBytes())
                        .toList());
        assertEquals(START.plusSeconds(5).toEpochMilli(), files.get(1).startMs());
        assertEquals(START.plusSeconds(11).toEpochMilli(), files.get(1).endMs());
    }

    private static TransferRow row(
            UUID session, String file, Integer size, long bytes, String result, long startSeconds) {
        Instant start = START.plusSeconds(startSeconds);
        return new TransferRow(
                new UUID(1, startSeconds),
                session,
                "node-1",
                "10.0.0.1",
                1,
                null,
                "none",
                file,
                0,
                null,
                size == null ? null : (Long) (long) size,
                bytes,
                null,
                result,
                null,
                start,
                start.plusSeconds(1),
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
