package io.parcelnode.node.ledger;

import io.parcelnode.node.cli.Redaction;
import java.util.concurrent.atomic.AtomicLong;

/** How the ledger is: written by its threads, read by any. */
final class LedgerState implements LedgerHealth {
    /** A database that takes longer for a few hundred records is as good as away. */
    private static final long PATIENCE_NS = 10_000_000_000L;

    private final Spool spool;
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong replaced = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private volatile String databaseTrouble;
    private volatile String spoolTrouble;
    private volatile long busySinceNs;
    private volatile boolean busy;

    LedgerState(Spool spool) {
        this.spool = spool;
    }

    /** Records that are on their way from now on. */
    void onAccepted(long records) {
        accepted.addAndGet(records);
        waiting.addAndGet(records);
    }

    /** Of those that were on their way: others that come now say all that they did. */
    void onReplaced(long records) {
        replaced.addAndGet(records);
        waiting.addAndGet(-records);
    }

    long replacedRecords() {
        return replaced.get();
    }

    /** How many have ever been on their way. */
    long acceptedRecords() {
        return accepted.get();
    }

    /** About as many as were on their way first have come to their end, good or bad. */
    boolean isSettled(long records) {
        return accepted.get() - waiting.get() >= records;
    }

    /** @param trouble null when it works */
    void database(String trouble) {
        databaseTrouble = Redaction.of(trouble);
        busy = false;
    }

    void databaseBusy(long nowNs) {
        busySinceNs = nowNs;
        busy = true;
    }

    void databaseIdle() {
        busy = false;
    }

    /** @param trouble null when it works */
    void spool(String trouble) {
        spoolTrouble = trouble;
    }

    void onWritten(int records) {
        written.addAndGet(records); // First: who sees that nothing waits any more finds out what became of it.
        waiting.addAndGet(-records);
    }

    /** Of those that were on their way. */
    void onLost(long records) {
        lost.addAndGet(records);
        waiting.addAndGet(-records);
    }

    /** Records that never were on their way. */
    void onRefused(long records) {
        lost.addAndGet(records);
    }

    @Override
    public String trouble() {
        if (spoolTrouble != null) {
            return spoolTrouble;
        }
        if (databaseTrouble != null) {
            return databaseTrouble;
        }
        return isStuck() ? "the ledger's database does not answer" : null;
    }

    @Override
    public boolean databaseAway() {
        return databaseTrouble != null || isStuck();
    }

    @Override
    public boolean spoolFailing() {
        return spoolTrouble != null;
    }

    @Override
    public long waitingRecords() {
        return waiting.get();
    }

    @Override
    public long waitingBytes() {
        return spool.unreadBytes();
    }

    @Override
    public long writtenRecords() {
        return written.get();
    }

    @Override
    public long lostRecords() {
        return lost.get();
    }

    private boolean isStuck() {
        return busy && System.nanoTime() - busySinceNs > PATIENCE_NS;
    }
}
