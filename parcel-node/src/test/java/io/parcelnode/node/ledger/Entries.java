package io.parcelnode.node.ledger;

import java.time.Instant;
import java.util.UUID;

/** Entries as tests need them. */
final class Entries {
    static final Instant NOON = Instant.parse("2026-11-25T12:00:00.123456Z");
    static final UUID RUN = new UUID(1, 1);
    static final UUID SESSION = new UUID(2, 2);

    private Entries() {}

    static Entry.Run run(Instant end) {
        return new Entry.Run(RUN, "node-1", "0.1", "0011aabb", NOON, end);
    }

    static Entry.Session session(Instant end) {
        return new Entry.Session(
                SESSION,
                RUN,
                "node-1",
                "192.0.2.7",
                5_000,
                NOON,
                end,
                end == null ? "running" : "ended",
                null,
                4,
                new PathFigures(1_000, 200, 2, 40_000, 39_000, 90_000));
    }

    static Entry.Transfer begun(int number) {
        return transfer(number, "file-" + number, "192.0.2.7", NOON.plusSeconds(number), "running");
    }

    static Entry.Transfer ended(int number) {
        return transfer(number, "file-" + number, "192.0.2.7", NOON.plusSeconds(number), "complete");
    }

    static Entry.Transfer transfer(int number, String file, String client, Instant start, String result) {
        boolean over = !result.equals("running");
        return new Entry.Transfer(
                RUN,
                "0011aabb:" + client,
                new TransferRow(
                        new UUID(3, number),
                        SESSION,
                        "node-1",
                        client,
                        5_000,
                        "token:0011aabb:" + client,
                        "token",
                        file,
                        10,
                        null,
                        1_000L,
                        over ? 990 : 0,
                        over ? "ab".repeat(32) : null,
                        result,
                        null,
                        start,
                        over ? start.plusSeconds(2) : null,
                        over ? 40_000L : null,
                        over ? 0.01 : null,
                        over ? 3_960.0 : null,
                        over ? 3L : null,
                        over ? 1_500L : null,
                        over ? 2_500L : null));
    }
}
