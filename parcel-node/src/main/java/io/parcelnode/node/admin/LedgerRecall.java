package io.parcelnode.node.admin;

import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Redaction;
import io.parcelnode.node.ledger.LedgerFilter;
import io.parcelnode.node.ledger.LedgerQuery;
import io.parcelnode.node.ledger.TransferRow;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Files of the ledger as the page shows them: it has a row for each request, and to people a file is one download. */
final class LedgerRecall {
    private static final String RUNNING = "running";

    private LedgerRecall() {}

    private record Key(UUID session, String file) {}

    /**
     * What a server has served before, the latest first.
     *
     * @param node   its name
     * @param before when it started anew
     */
    static List<RecentFile> files(LedgerQuery ledger, String node, Instant before, int rowsMax) throws IOException {
        Map<Key, List<TransferRow>> byFile = new LinkedHashMap<>();
        LedgerFilter filter = new LedgerFilter(null, before, null, null, null, node, rowsMax);
        for (TransferRow row : ledger.transfers(filter)) {
            boolean asksOnly = row.lengthBytes() != null && row.lengthBytes() <= 1 && !isRefusal(row);
            if (!asksOnly && !row.result().equals(RUNNING)) {
                byFile.computeIfAbsent(new Key(row.sessionId(), row.file()), key -> new ArrayList<>())
                        .add(row);
            }
        }
        return byFile.values().stream().map(LedgerRecall::file).toList();
    }

    /** @param rows of one file, the latest first */
    private static RecentFile file(List<TransferRow> rows) {
        TransferRow last = rows.get(0);
        long startMs = last.start().toEpochMilli();
        long endMs = 0;
        long servedBytes = 0;
        for (TransferRow row : rows) {
            startMs = Math.min(startMs, row.start().toEpochMilli());
            endMs = Math.max(endMs, (row.end() == null ? row.start() : row.end()).toEpochMilli());
            servedBytes += row.bytes();
        }
        long sizeBytes = last.sizeBytes() == null ? -1 : last.sizeBytes();
        String result = sizeBytes >= 0 && servedBytes >= sizeBytes && !isRefusal(last)
                ? RecentFile.COMPLETE
                : switch (last.result()) {
                    case "complete" -> RecentFile.COMPLETE;
                    case "failed" -> RecentFile.FAILED;
                    case "refused" -> RecentFile.REFUSED;
                    default -> RecentFile.STOPPED;
                };
        return new RecentFile(
                startMs,
                endMs,
                FileIds.printable(last.file()),
                last.client(),
                sizeBytes,
                servedBytes,
                result,
                result.equals(RecentFile.COMPLETE) ? null : reason(last),
                last.rttMicros() == null ? 0 : last.rttMicros(),
                last.loss());
    }

    private static String reason(TransferRow row) {
        if (row.reason() == null) {
            return null;
        }
        return Words.shortened(FileIds.areHidden() ? Redaction.without(row.file(), row.reason()) : row.reason());
    }

    private static boolean isRefusal(TransferRow row) {
        return row.result().equals("refused");
    }
}
