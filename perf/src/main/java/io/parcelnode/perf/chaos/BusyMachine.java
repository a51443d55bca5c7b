package io.parcelnode.perf.chaos;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether this machine has so much else to do that a client may not get its first connection within the ten seconds that
 * it allows itself, nor an answer within the time that it is allowed. Such ends say nothing, and are counted.
 * Thread-safe.
 */
final class BusyMachine {
    /** A campaign alone makes about half of it. */
    private static final double LOAD_PER_CORE_MAX = 4;

    private static final AtomicInteger EXCUSED = new AtomicInteger();

    private BusyMachine() {}

    /** Counts one end as its fault, if it is that busy. */
    static boolean excuses() {
        boolean busy = isBusy();
        if (busy) {
            EXCUSED.incrementAndGet();
        }
        return busy;
    }

    static boolean isBusy() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return load > LOAD_PER_CORE_MAX * Runtime.getRuntime().availableProcessors();
    }

    static int excused() {
        return EXCUSED.get();
    }
}
