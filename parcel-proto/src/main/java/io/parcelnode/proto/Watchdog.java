package io.parcelnode.proto;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Channel;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Closes a channel that takes too long, which wakes whoever is blocked on it. */
final class Watchdog implements Closeable {
    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "parcel-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    private final ScheduledFuture<?> alarm;
    private final AtomicBoolean over;

    private Watchdog(ScheduledFuture<?> alarm, AtomicBoolean over) {
        this.alarm = alarm;
        this.over = over;
    }

    /** @param timedOut becomes true when the time is up */
    static Watchdog closeAfter(Duration timeout, Channel channel, AtomicBoolean timedOut) {
        AtomicBoolean over = new AtomicBoolean();
        Runnable bark = () -> {
            if (over.compareAndSet(false, true)) {
                timedOut.set(true);
                // A close may wait for its peer; the timer must not.
                Thread closer = new Thread(() -> closeQuietly(channel), "parcel-watchdog-close");
                closer.setDaemon(true);
                closer.start();
            }
        };
        return new Watchdog(TIMER.schedule(bark, timeout.toMillis(), TimeUnit.MILLISECONDS), over);
    }

    /** False if it was too late. */
    boolean disarm() {
        alarm.cancel(false);
        return over.compareAndSet(false, true);
    }

    @Override
    public void close() {
        disarm();
    }

    private static void closeQuietly(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            return; // The reader hears of the end all the same.
        }
    }
}
