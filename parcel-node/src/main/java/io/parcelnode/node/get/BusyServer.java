package io.parcelnode.node.get;

import io.parcelnode.node.cli.Messages;
import io.parcelnode.proto.RequestFailedException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a server that has no room is left alone: as long as it says, else longer and longer. Time is handed in.
 * Thread-safe.
 */
final class BusyServer {
    private static final long PAUSE_FIRST_NS = 1_000_000_000L;
    private static final long PAUSE_MIN_NS = 100_000_000;
    private static final int PAUSE_SHIFT_MAX = 5;
    private static final Pattern SECONDS = Pattern.compile("\\bin (\\d{1,7}) ?s(econds?)?\\b");

    private final LongSupplier leftNs;
    private final Consumer<String> note;
    // Guarded by this.
    private int refusalsInARow;
    private long untilNs;

    /** @param leftNs how long the run may still go on without progress: then is the time for the last attempt */
    BusyServer(long nowNs, LongSupplier leftNs, Consumer<String> note) {
        this.leftNs = leftNs;
        this.note = note;
        untilNs = nowNs;
    }

    /**
     * It refused a request for want of room.
     *
     * @param refusal may say when to come back; endpoints' pauses are told in its text alone
     * @return false if that is not worth waiting for any more
     */
    boolean onRefused(RequestFailedException refusal, long nowNs) {
        long runNs = leftNs.getAsLong();
        if (runNs <= 0) {
            return false;
        }
        String text = Messages.onOneLine(Messages.of(refusal));
        long pauseNs = pauseAfter(toldNs(refusal, text), nowNs, runNs);
        if (pauseNs > 0) {
            note.accept("The server is busy (" + text + "); asking again in " + Math.max(1, pauseNs / 1_000_000_000)
                    + " s");
        }
        return true;
    }

    /** 0 if it is left alone already: requests that were on their way when one was refused say nothing new. */
    private synchronized long pauseAfter(long toldNs, long nowNs, long mostNs) {
        if (nowNs < untilNs) {
            return 0;
        }
        long wantedNs = toldNs > 0 ? toldNs : PAUSE_FIRST_NS << Math.min(refusalsInARow, PAUSE_SHIFT_MAX);
        long pauseNs = Math.max(PAUSE_MIN_NS, Math.min(wantedNs, mostNs));
        refusalsInARow++;
        untilNs = nowNs + pauseNs;
        return pauseNs;
    }

    /** 0 if it does not say. */
    private static long toldNs(RequestFailedException refusal, String text) {
        Matcher told = SECONDS.matcher(text);
        if (!refusal.retryAfter().isZero() || !told.find()) {
            return refusal.retryAfter().toNanos();
        }
        return Long.parseLong(told.group(1)) * 1_000_000_000L;
    }

    /** It has answered a request. */
    synchronized void onServed() {
        refusalsInARow = 0;
    }

    /** Nothing progresses, and that is not the network's fault. */
    synchronized boolean isWaiting() {
        return refusalsInARow > 0;
    }

    /** How long it is to be left alone from now on, 0 if it may be asked. */
    synchronized long pauseNs(long nowNs) {
        return Math.max(0, untilNs - nowNs);
    }
}
