package io.parcelnode.proto;

import java.util.function.LongSupplier;

/** Measures {@link ServerTimes} of one session. Thread-safe. */
final class ServerStopwatch {
    private static final long TELL_EVERY_NS = 1_000_000_000;

    private final LongSupplier clockNs;
    // Guarded by this.
    private boolean writing;
    private int open;
    private int running;
    private int inSource;
    private int opening;
    private long sinceNs;
    private long toldNs;
    private long sendingNs;
    private long workingNs;
    private long sourceNs;
    private long creditNs;

    ServerStopwatch(LongSupplier clockNs) {
        this.clockNs = clockNs;
        sinceNs = clockNs.getAsLong();
        toldNs = sinceNs;
    }

    /** The channel is given sealed frames, or has taken them. */
    synchronized void onWriting(boolean begins) {
        count();
        writing = begins;
    }

    /** A request was opened (1) or is over (-1). */
    synchronized void onOpen(int change) {
        count();
        open += change;
    }

    /** A thread works for a request (1), or does so no more (-1). */
    synchronized void onRunning(int change) {
        count();
        running += change;
    }

    /** Such a thread waits for its source (1), or does so no more (-1). */
    synchronized void onSource(int change) {
        count();
        inSource += change;
    }

    /** A request that no thread works for yet waits for its source (1), or does so no more (-1). */
    synchronized void onOpening(int change) {
        count();
        opening += change;
    }

    synchronized ServerTimes times() {
        count();
        return new ServerTimes(sendingNs / 1_000, workingNs / 1_000, sourceNs / 1_000, creditNs / 1_000);
    }

    /** True at most once a second: whoever asked tells the client now. */
    synchronized boolean isDue() {
        long nowNs = clockNs.getAsLong();
        boolean due = nowNs - toldNs >= TELL_EVERY_NS;
        toldNs = due ? nowNs : toldNs;
        return due;
    }

    private void count() {
        long nowNs = clockNs.getAsLong();
        long passedNs = nowNs - sinceNs;
        sinceNs = nowNs;
        if (writing) {
            sendingNs += passedNs;
        } else if (running > inSource) {
            workingNs += passedNs;
        } else if (running > 0 || opening > 0) {
            sourceNs += passedNs;
        } else if (open > 0) {
            creditNs += passedNs;
        }
    }
}
