package io.parcelnode.node.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads the ledger. Thread-safe. */
public interface LedgerQuery {
    /**
     * What matches, newest first, handed on one by one.
     *
     * @throws IOException if the database is not reached, or not in time
     */
    void transfers(LedgerFilter filter, Consumer<TransferRow> rows) throws IOException;

    /** The same as a list: for filters with a limit. */
    default List<TransferRow> transfers(LedgerFilter filter) throws IOException {
        List<TransferRow> rows = new ArrayList<>();
        transfers(filter, rows::add);
        return rows;
    }
}
