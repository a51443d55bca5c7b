package io.parcelnode.node.get;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a run end with a verdict when the process is told to end, by Ctrl-C or {@code kill}: what has come is journaled,
 * and who reads along learns what is missing. The exit code stays the signal's.
 */
final class OrderlyEnd implements AutoCloseable {
    /** Whoever tells a process to end does not wait for ever; what takes longer is as after a {@code kill -9}. */
    private static final long PATIENCE_MS = 3_000;

    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread hook;

    /** @param cancel ends the run soon; called by another thread */
    OrderlyEnd(Runnable cancel) {
        hook = new Thread(() -> end(cancel), "orderly-end");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            cancel.run(); // The process is ending already.
        }
    }

    /** The run is over. */
    @Override
    public void close() {
        over.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // The hook is what ended the run; it waits for nothing more.
        }
    }

    private void end(Runnable cancel) {
        cancel.run();
        try {
            over.await(PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody does.
        }
    }
}
