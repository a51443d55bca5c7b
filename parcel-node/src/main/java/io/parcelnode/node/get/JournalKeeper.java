package io.parcelnode.node.get;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes pieces into the journal of one file once their bytes are on the disk, many at a time. A thread of its own
 * waits for the disk; streams wait only when it is behind by a piece for each of them. So a killed process loses two pieces
 * a stream at most: one that waits for the disk, and one that is not whole. Thread-safe.
 */
final class JournalKeeper {
    private final PartFile part;
    private final Journal journal;
    private final int unwrittenMax;
    private final Thread thread;
    // Guarded by this.
    private List<Piece> pending = new ArrayList<>();
    /** Those pending and those that wait for the disk: what a kill would lose besides what has no end yet. */
    private int unwritten;

    private boolean closing;
    private LocalDiskException failure;

    JournalKeeper(PartFile part, Journal journal, int unwrittenMax) {
        this.part = part;
        this.journal = journal;
        this.unwrittenMax = unwrittenMax;
        thread = new Thread(this::run, "journal");
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void add(Piece piece) throws LocalDiskException, InterruptedException {
        while (unwritten >= unwrittenMax && failure == null && !closing) {
            wait();
        }
        requireWorking();
        pending.add(piece);
        unwritten++;
        notifyAll();
    }

    synchronized void requireWorking() throws LocalDiskException {
        if (failure != null) {
            throw failure;
        }
    }

    /** Returns when all that was added is written, or cannot be. */
    void close() throws InterruptedException {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        thread.join();
    }

    private void run() {
        try {
            List<Piece> batch;
            while ((batch = takeAll()) != null) {
                part.force();
                journal.append(batch);
                onWritten(batch.size());
            }
        } catch (LocalDiskException e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            fail(new LocalDiskException("keep the journal of", part.target(), new IOException(e.toString(), e)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody does; what is not journaled would be fetched again.
        }
    }

    private synchronized List<Piece> takeAll() throws InterruptedException {
        while (pending.isEmpty() && !closing) {
            wait();
        }
        if (pending.isEmpty()) {
            return null;
        }
        List<Piece> batch = pending;
        pending = new ArrayList<>();
        return batch;
    }

    private synchronized void onWritten(int pieces) {
        unwritten -= pieces;
        notifyAll();
    }

    private synchronized void fail(LocalDiskException e) {
        failure = e;
        notifyAll();
    }
}
