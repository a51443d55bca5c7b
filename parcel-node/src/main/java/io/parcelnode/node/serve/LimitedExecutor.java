package io.parcelnode.node.serve;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * Runs so many tasks of one session at a time on threads that all sessions share, the others in the order they came. A
 * client that asks for a thousand files ahead is answered without a thousand threads. Thread-safe.
 */
final class LimitedExecutor implements Executor {
    private final Executor threads;
    private final int runningMax;
    // Guarded by this.
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int running;

    LimitedExecutor(Executor threads, int runningMax) {
        this.threads = threads;
        this.runningMax = runningMax;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            if (running >= runningMax) {
                // Bounded by what a session may have open.
                waiting.add(task);
                return;
            }
            running++;
        }
        try {
            threads.execute(() -> runAll(task));
        } catch (RuntimeException | Error e) {
            synchronized (this) {
                running--;
            }
            throw e;
        }
    }

    /** One thread for as long as there is something: the next task need not wait for another. */
    private void runAll(Runnable first) {
        Runnable task = first;
        while (task != null) {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                handOver();
                throw e;
            }
            task = next();
        }
    }

    /** This thread is lost; another one goes on. */
    private void handOver() {
        Runnable task = next();
        if (task != null) {
            threads.execute(() -> runAll(task));
        }
    }

    private synchronized Runnable next() {
        Runnable task = waiting.poll();
        if (task == null) {
            running--;
        }
        return task;
    }
}
