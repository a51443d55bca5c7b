package io.parcelnode.udt.nio;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the loop has yet to do for a channel. Of any thread is only {@link #markProgress}; the rest is the loop's. */
final class LoopMarks {
    private final AtomicBoolean progress = new AtomicBoolean();
    private boolean touched;
    private boolean queued;

    /** Something has happened to the connection: its timers and its output are to be looked at. */
    void touch() {
        touched = true;
    }

    boolean takeTouched() {
        boolean was = touched;
        touched = false;
        return was;
    }

    /** The channel waits for its turn to send from now on; true if it did not before. */
    boolean markQueued() {
        boolean was = queued;
        queued = true;
        return !was;
    }

    void clearQueued() {
        queued = false;
    }

    /** The application has moved a ring; true if that was not marked before. Any thread. */
    boolean markProgress() {
        // What moved in the ring must be visible before we may rely on a mark that the loop is about to clear.
        VarHandle.fullFence();
        return !progress.get() && progress.compareAndSet(false, true);
    }

    void clearProgress() {
        progress.set(false);
    }
}
