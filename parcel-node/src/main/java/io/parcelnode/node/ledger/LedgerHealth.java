package io.parcelnode.node.ledger;

/** How the ledger is, for readiness and figures. Thread-safe; answers at once. */
public interface LedgerHealth {
    /** What is wrong, in a sentence; null while all is well. A server whose ledger is in trouble serves on. */
    String trouble();

    /** The database does not take records: they wait. */
    boolean databaseAway();

    /** Records cannot be written to the disk: they wait in memory, and are lost when that is full. */
    boolean spoolFailing();

    /** Records that the database has not yet. */
    long waitingRecords();

    /** What those take on the disk. */
    long waitingBytes();

    /** Records in the database, since this server started. */
    long writtenRecords();

    /** Records that are in no database and never will be, since this server started. */
    long lostRecords();
}
