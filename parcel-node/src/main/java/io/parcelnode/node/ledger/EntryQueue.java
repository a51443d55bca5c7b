package io.parcelnode.node.ledger;

import io.parcelnode.node.serve.LiveSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Entries in memory, on their way to the spool. Bounded; whoever brings one never waits. Thread-safe. */
final class EntryQueue {
    private final long bytesMax;
    private final ArrayDeque<Pending> entries = new ArrayDeque<>();
    private long bytes;
    private boolean closed;
    /** Nothing is there, and somebody waits for the first. */
    private boolean awaited;
    /** The first is there, and more shall come along with it. */
    private boolean gathering;
    /** No more are waited for then. */
    private long gatheredBytesMax;

    /** @param session whose figures belong into the entry; null for none */
    record Pending(Entry entry, LiveSession session) {
        /** About what it takes in memory. */
        private long bytes() {
            long texts = entry instanceof Entry.Transfer transfer ? textBytes(transfer.row()) : 0;
            return 800 + texts;
        }

        private static long textBytes(TransferRow row) {
            return 2L * row.file().length()
                    + (row.reason() == null ? 0 : 2L * row.reason().length());
        }
    }

    EntryQueue(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Returns false when there is no room. */
    synchronized boolean offer(Pending pending) {
        if (bytes + pending.bytes() > bytesMax) {
            return false;
        }
        bytes += pending.bytes();
        entries.add(pending);
        if (awaited || gathering && bytes >= gatheredBytesMax) {
            awaited = false;
            gathering = false;
            notifyAll();
        }
        return true;
    }

    /**
     * Waits for one, and then for others that come soon after it: whoever brings them need not wake anybody, and one write
     * takes them all. Until closed. What is taken has about {@code takenBytesMax} in all, or is one; its room stays taken
     * until {@link #release}.
     *
     * @param waitMs   for the first one at most
     * @param gatherMs for others
     */
    synchronized List<Pending> take(long takenBytesMax, long waitMs, long gatherMs) throws InterruptedException {
        if (entries.isEmpty() && !closed && waitMs > 0) {
            awaited = true;
            wait(waitMs);
            awaited = false;
        }
        if (!entries.isEmpty() && !closed && gatherMs > 0 && bytes < takenBytesMax) {
            gatheredBytesMax = takenBytesMax;
            gathering = true;
            wait(gatherMs);
            gathering = false;
        }
        List<Pending> taken = new ArrayList<>();
        long takenBytes = 0;
        while (!entries.isEmpty() && takenBytes < takenBytesMax) {
            Pending next = entries.remove();
            takenBytes += next.bytes();
            taken.add(next);
        }
        return taken;
    }

    synchronized void release(List<Pending> taken) {
        taken.forEach(pending -> bytes -= pending.bytes());
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
