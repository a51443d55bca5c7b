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
        notifyAll();
        return true;
    }

    /**
     * Waits for one at most, until closed. What is taken has about {@code takenBytesMax} in all, or is one; its room stays taken
     * until {@link #release}.
     */
    synchronized List<Pending> take(long takenBytesMax, long waitMs) throws InterruptedException {
        if (entries.isEmpty() && !closed && waitMs > 0) {
            wait(waitMs);
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
