package io.parcelnode.node.serve;

import java.util.concurrent.Semaphore;

/** SIGHUP asks for the settings to be read again. One that comes before there is a server waits until there is. */
final class Hangups {
    private final Semaphore asked = new Semaphore(0);

    /** From now on the signal ends nothing. */
    void listen() {
        Signals.handle("HUP", asked::release);
    }

    /** Runs the task for each, on a thread of its own; for those that come meanwhile once more. */
    void heed(Runnable task) {
        Thread thread = new Thread(
                () -> {
                    while (true) {
                        asked.acquireUninterruptibly();
                        asked.drainPermits();
                        task.run();
                    }
                },
                "reload");
        thread.setDaemon(true);
        thread.start();
    }
}
