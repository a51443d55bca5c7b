package io.parcelnode.node.get;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes pieces into the journal of one file once their bytes are on the disk, many at a time. A thread of its own
 * waits for the disk; streams wait only when it falls behind by a piece for each of them. Thread-safe.
 */
final class JournalKeeper {
    private final PartFile part;
    private final Journal journal;
    private final int pendingMax;
    private final Thread thread;
    // Guarded by this.
    private List<Piece> pending = new ArrayList<>();
    private boolean closing;
    private LocalDiskException failure;

    JournalKeeper(PartFile part, Journal journal, int pendingMax) {
        this.part = part;
        this.journal = journal;
        this.pendingMax = pendingMax;
        thread = new Thread(this::run, "journal");
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void add(Piece piece) throws LocalDiskException, InterruptedException {
        while (pending.size() >= pendingMax && failure == null && !closing) {
            wait();
        }
        requireWorking();
        pending.add(piece);
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
        notifyAll();
        return batch;
    }

    private synchronized void fail(LocalDiskException e) {
        failure = e;
        notifyAll();
    }
}
