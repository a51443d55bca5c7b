package io.parcelnode.node.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another thread or process does, as long as it takes within reason. */
public final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration POLL = Duration.ofMillis(5);

    private Await() {}

    public static void until(String what, Callable<Boolean> condition) throws Exception {
        long startNs = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - startNs > PATIENCE.toNanos()) {
                throw new AssertionError("did not happen within " + PATIENCE + ": " + what);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }
}
