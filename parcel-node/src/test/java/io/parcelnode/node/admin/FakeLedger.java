package io.parcelnode.node.admin;

import io.parcelnode.node.ledger.LedgerHealth;

/** A ledger in the state that a test sets. */
final class FakeLedger implements LedgerHealth {
    volatile String trouble;

    @Override
    public String trouble() {
        return trouble;
    }

    @Override
    public boolean databaseAway() {
        return trouble != null;
    }

    @Override
    public boolean spoolFailing() {
        return false;
    }

    @Override
    public long waitingRecords() {
        return trouble == null ? 0 : 7;
    }

    @Override
    public long waitingBytes() {
        return 100 * waitingRecords();
    }

    @Override
    public long writtenRecords() {
        return 3;
    }

    @Override
    public long lostRecords() {
        return 0;
    }
}
