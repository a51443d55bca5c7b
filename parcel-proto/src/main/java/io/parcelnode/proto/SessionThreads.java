package io.parcelnode.proto;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The threads of one session: daemons with a common name, all gone when its close returns. */
final class SessionThreads {
    private final String name;
    private final List<Thread> threads = new ArrayList<>();

    SessionThreads(String name) {
        this.name = name;
    }

    void start(String role, Runnable task) {
        Thread thread = new Thread(task, name + "-" + role);
        thread.setDaemon(true);
        synchronized (threads) {
            threads.add(thread);
        }
        thread.start();
    }

    /** Waits for all of them, within the time; the calling thread may be one of them. */
    void join(long timeoutNs) {
        List<Thread> all;
        synchronized (threads) {
            all = List.copyOf(threads);
        }
        long deadlineNs = System.nanoTime() + timeoutNs;
        try {
            for (Thread thread : all) {
                long leftNs = deadlineNs - System.nanoTime();
                if (thread != Thread.currentThread() && leftNs > 0) {
                    TimeUnit.NANOSECONDS.timedJoin(thread, leftNs);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
