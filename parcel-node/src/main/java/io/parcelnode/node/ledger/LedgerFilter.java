package io.parcelnode.node.ledger;

import java.time.Instant;

/**
 * Which transfers somebody wants to see; null stands for all of them.
 *
 * @param since  those that started at that time or later
 * @param until  those that started before
 * @param client an address of a client, or the name that the ledger has for it; {@code *} stands for any text
 * @param file   an id; {@code *} stands for any text
 * @param result as the ledger names it: {@code running}, {@code complete}, {@code cancelled}, {@code failed}, {@code
 *     refused}, {@code lost}
 * @param node   name of the server that served them
 * @param limit  how many at most, 0 for all
 */
public record LedgerFilter(
        Instant since, Instant until, String client, String file, String result, String node, long limit) {
    public static final LedgerFilter ALL = new LedgerFilter(null, null, null, null, null, null, 0);

    public LedgerFilter {
        if (limit < 0) {
            throw new IllegalArgumentException("limit=" + limit + " is below 0");
        }
    }

    /** The newest so many. */
    public static LedgerFilter newest(long limit) {
        return new LedgerFilter(null, null, null, null, null, null, limit);
    }
}
