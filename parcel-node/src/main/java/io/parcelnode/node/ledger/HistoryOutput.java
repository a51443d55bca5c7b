package io.parcelnode.node.ledger;

import java.util.function.Consumer;

/** Prints rows as they come. */
interface HistoryOutput extends Consumer<TransferRow>, AutoCloseable {
    /** May be called twice. */
    @Override
    void close();
}
