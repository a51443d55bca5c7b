package io.parcelnode.perf.wan;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGTERM and SIGINT end a measurement the ordinary way, inside out: programs, link, files, limits of the kernel. The
 * JVM waits for that.
 */
public final class Interruption {
    private static final long CLEAN_UP_MAX_S = 30;

    private final CountDownLatch cleanedUp = new CountDownLatch(1);

    public static Interruption ofThisThread() {
        Interruption interruption = new Interruption();
        Thread measuring = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interruption.interrupt(measuring), "interruption"));
        return interruption;
    }

    private Interruption() {}

    private void interrupt(Thread measuring) {
        try {
            if (cleanedUp.getCount() > 0) {
                measuring.interrupt();
                cleanedUp.await(CLEAN_UP_MAX_S, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public void onCleanedUp() {
        cleanedUp.countDown();
    }
}
