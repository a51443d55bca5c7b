package io.parcelnode.proto;

import java.io.Closeable;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/**
 * A ring of frames that several threads seal or open side by side and that leave it in the order they came.
 *
 * <p>One producer at a time takes the next free slot, fills it and submits it. Each worker takes a submitted frame, or,
 * when enough finished frames stand at the head or nothing is left to take, hands those on; one worker does so at a
 * time. One monitor guards all positions.
 */
final class OrderedPipeline implements Closeable {
    private static final int SLOTS = 64;
    private static final int HAND_ON_MAX = 16;

    /** What workers do to one frame, each with a cipher of its own. */
    interface Work {
        void run(FrameSlot slot, FrameSlot.Sealing sealing) throws GeneralSecurityException;
    }

    /** Takes finished frames in order, by one thread at a time. They are reused afterwards. */
    interface Sink {
        void accept(List<FrameSlot> slots) throws IOException;
    }

    private final String name;
    private final Work work;
    private final Sink sink;
    private final Closeable channel;
    private final FrameSlot[] slots = new FrameSlot[SLOTS];
    private final List<Thread> workers = new ArrayList<>();
    private long submitted;
    private long taken;
    private long handedOn;
    private boolean handingOn;
    private boolean closed;
    private IOException failure;

    /** @param channel closed when a worker fails, which wakes whoever is blocked on it */
    OrderedPipeline(String name, int threads, Work work, Sink sink, Closeable channel) {
        this.name = name;
        this.work = work;
        this.sink = sink;
        this.channel = channel;
        setThreads(threads);
    }

    /** More threads than there are; never fewer. */
    synchronized void setThreads(int threads) {
        while (workers.size() < threads && !closed) {
            Thread worker = new Thread(this::runWorker, name + '-' + (workers.size() + 1));
            worker.setDaemon(true);
            workers.add(worker);
            worker.start();
        }
    }

    /** Waits for the next free slot. The producer's alone until it is submitted. */
    synchronized FrameSlot claim() throws IOException {
        while (failure == null && !closed && submitted - handedOn == SLOTS) {
            await();
        }
        requireUsable();
        int index = (int) (submitted % SLOTS);
        if (slots[index] == null) {
            slots[index] = new FrameSlot();
        }
        return slots[index];
    }

    /** The slot claimed last is filled. */
    synchronized void submit() {
        submitted++;
        // Everybody waits on one monitor; while frames queue up the workers need no call.
        if (submitted - taken == 1 || submitted - taken == HAND_ON_MAX) {
            notifyAll();
        }
    }

    /** Waits until everything submitted has been handed on. */
    synchronized void drain() throws IOException {
        while (failure == null && !closed && handedOn < submitted) {
            await();
        }
        requireUsable();
    }

    /** What ended it, null while it works. */
    synchronized IOException failure() {
        return failure;
    }

    /** Producers and workers wake; what is inside is lost. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void fail(IOException cause) {
        synchronized (this) {
            if (failure == null) {
                failure = cause;
            }
            notifyAll();
        }
        try {
            channel.close();
        } catch (IOException e) {
            return; // It is given up all the same.
        }
    }

    private void runWorker() {
        FrameSlot.Sealing sealing = new FrameSlot.Sealing();
        try {
            List<FrameSlot> batch = new ArrayList<>();
            while (next(batch)) {
                if (batch.get(0).done) {
                    sink.accept(batch);
                    handedOn(batch.size());
                } else {
                    work.run(batch.get(0), sealing);
                    finished(batch.get(0));
                }
            }
        } catch (IOException e) {
            fail(e);
        } catch (GeneralSecurityException e) {
            fail(new SessionException("a frame does not open: it was damaged or forged on its way", e));
        } catch (RuntimeException e) {
            fail(new SessionException("internal error in " + name + ": " + e, e));
        }
    }

    /** Fills {@code batch} with one frame to work on or with finished ones to hand on; false at the end. */
    private synchronized boolean next(List<FrameSlot> batch) throws IOException {
        batch.clear();
        while (!closed && failure == null) {
            int ready = handingOn ? 0 : readyCount();
            if (ready > 0 && (ready == HAND_ON_MAX || taken == submitted)) {
                handingOn = true;
                for (int i = 0; i < ready; i++) {
                    batch.add(slots[(int) ((handedOn + i) % SLOTS)]);
                }
                return true;
            }
            if (taken < submitted) {
                batch.add(slots[(int) (taken++ % SLOTS)]);
                return true;
            }
            await();
        }
        return false;
    }

    private int readyCount() {
        int count = 0;
        while (count < HAND_ON_MAX && handedOn + count < taken && slots[(int) ((handedOn + count) % SLOTS)].done) {
            count++;
        }
        return count;
    }

    private synchronized void finished(FrameSlot slot) {
        slot.done = true;
    }

    private synchronized void handedOn(int count) {
        for (int i = 0; i < count; i++) {
            slots[(int) ((handedOn + i) % SLOTS)].done = false;
        }
        handedOn += count;
        handingOn = false;
        notifyAll();
    }

    private void await() throws IOException {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted in " + name, e);
        }
    }

    private void requireUsable() throws IOException {
        if (failure != null) {
            throw new SessionException(failure.getMessage(), failure);
        }
        if (closed) {
            throw new SessionException("the session is closed");
        }
    }
}
