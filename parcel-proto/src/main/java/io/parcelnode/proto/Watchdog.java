package io.parcelnode.proto;

import java.io.IOException;
import java.nio.channels.Channel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Closes a channel unless it is called off in time: reads of a blocking channel have no time limit of their own. */
final class Watchdog {
    private final CountDownLatch calledOff = new CountDownLatch(1);
    private volatile boolean bitten;

    Watchdog(Channel channel, Duration timeout, String name) {
        Thread thread = new Thread(() -> watch(channel, timeout), name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Safe to call more than once. */
    void callOff() {
        calledOff.countDown();
    }

    boolean hasBitten() {
        return bitten;
    }

    private void watch(Channel channel, Duration timeout) {
        try {
            if (!calledOff.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                bitten = true;
                channel.close();
            }
        } catch (InterruptedException | IOException e) {
            // Nobody interrupts this thread, and a channel that fails to close has already woken its reader.
            bitten = true;
        }
    }
}
