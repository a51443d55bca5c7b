package io.parcelnode.node.get;

import io.parcelnode.node.path.PathChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ends a connection whose server does not grant the session in time. */
final class GrantDeadline {
    private final CountDownLatch calledOff = new CountDownLatch(1);
    private volatile boolean passed;

    GrantDeadline(PathChannel channel, Duration left) {
        Thread thread = new Thread(() -> watch(channel, left), "grant-deadline");
        thread.setDaemon(true);
        thread.start();
    }

    void callOff() {
        calledOff.countDown();
    }

    boolean hasPassed() {
        return passed;
    }

    private void watch(PathChannel channel, Duration left) {
        try {
            if (!calledOff.await(left.toNanos(), TimeUnit.NANOSECONDS)) {
                passed = true;
                channel.abort();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody does; without a deadline the session still has its own.
        }
    }
}
