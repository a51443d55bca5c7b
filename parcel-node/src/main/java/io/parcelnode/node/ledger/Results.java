package io.parcelnode.node.ledger;

import io.parcelnode.node.serve.TransferResult;

/** How the ledger names the ends of things. */
final class Results {
    static final String RUNNING = "running";
    /** Of a session or a server: as it should. */
    static final String ENDED = "ended";
    /** Of a session. */
    static final String BROKEN = "broken";

    static final String REFUSED = "refused";
    /** The server died meanwhile. */
    static final String LOST = "lost";

    private Results() {}

    static String of(TransferResult result) {
        return switch (result) {
            case COMPLETE -> "complete";
            case CANCELLED -> "cancelled";
            case FAILED -> "failed";
        };
    }
}
