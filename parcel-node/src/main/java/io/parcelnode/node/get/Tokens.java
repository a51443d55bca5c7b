package io.parcelnode.node.get;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The token of a run, and its renewal when the endpoint refuses it. One thread asks for a new one, the others wait for
 * that. Thread-safe.
 */
final class Tokens {
    private static final long PAUSE_FIRST_MS = 500;
    private static final long PAUSE_MAX_MS = 15_000;
    /** For reading the token, however little time the run has left. */
    private static final long LEAST_NS = 1_000_000_000;
    /** A right that is missing for thousands of files does not have a command run for each. */
    private static final long READ_EVERY_NS = 5_000_000_000L;
    /** A command may print another token each time, and none that is any good. */
    private static final int OTHERS_MAX = 3;

    private final TokenSource source;
    private final LongSupplier leftNs;
    private final Consumer<String> note;
    private final Object renewing = new Object();
    private final CountDownLatch cancelled = new CountDownLatch(1);
    // Guarded by renewing.
    private String hopeless;
    private int othersRefused;
    private long readAgainNs;

    /** Of the thread that begins the run. */
    private CommandException absent;

    private volatile String current;
    private volatile boolean accepted;
    private volatile boolean waiting;
    private volatile boolean givenUp;
    /** Attempts in a row that brought no token that was accepted. */
    private final AtomicInteger fruitless = new AtomicInteger();

    /** @param leftNs how long the run may still go on without progress */
    Tokens(TokenSource source, LongSupplier leftNs, Consumer<String> note) {
        this.source = source;
        this.leftNs = leftNs;
        this.note = note;
    }

    /** @throws CommandException when a flag is wrong; for another reason there may be none yet */
    void readFirst() throws CommandException {
        try {
            current = source.read();
        } catch (CommandException e) {
            if (e.exitCode() != ExitCode.TOKEN) {
                throw e;
            }
            absent = e;
        }
    }

    /** @throws CommandException which says why {@link #readFirst} has found none */
    void requireRead() throws CommandException {
        if (absent != null) {
            throw absent;
        }
    }

    String current() {
        return current;
    }

    /** The endpoint has answered a request with this token. */
    void onAccepted(String token) {
        accepted = true;
        if (token != null && token.equals(current)) {
            fruitless.set(0);
        }
    }

    /** Nothing progresses, and that is not the network's fault. */
    boolean isWaiting() {
        return waiting;
    }

    /** No token was accepted in time: asking for more files would be of no use. */
    boolean hasGivenUp() {
        return givenUp;
    }

    /**
     * The endpoint has refused {@code refused}: waits for another one, if there was one that it accepted before, for as
     * long as the run may go on without progress.
     *
     * @return false if the refusal stands
     */
    boolean renew(String refused) throws InterruptedException {
        synchronized (renewing) {
            if (isOther(refused)) {
                return true;
            }
            if (!source.mayChange() || givenUp) {
                return false;
            }
            if (!accepted) {
                return tryAnother(refused);
            }
            boolean said = false;
            try {
                while (true) {
                    int before = fruitless.getAndIncrement();
                    if (before > 0) {
                        waiting = true;
                        long pauseMs = Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS << Math.min(10, before - 1));
                        cancelled.await(
                                Math.max(1, Math.min(pauseMs, leftNs.getAsLong() / 1_000_000 + 1)),
                                TimeUnit.MILLISECONDS);
                    }
                    String failure = readAgain();
                    if (isOther(refused)) {
                        return true;
                    }
                    if (leftNs.getAsLong() <= 0) {
                        givenUp = true;
                        return false;
                    }
                    if (!said) {
                        said = true;
                        note.accept("The endpoint refuses the token"
                                + (failure == null ? "" : ", and there is no other one: " + failure)
                                + "; waiting for another one");
                    }
                }
            } finally {
                waiting = false;
            }
        }
    }

    /** Nobody wants another one any more: whoever waits for it wakes. */
    void cancel() {
        cancelled.countDown();
    }

    /** Reads once more, because the refusal may be the token's fault or not. */
    boolean renewWithoutWaiting(String refused) {
        synchronized (renewing) {
            boolean justRead = readAgainNs != 0 && System.nanoTime() - readAgainNs < READ_EVERY_NS;
            if (!isOther(refused) && source.mayChange() && !givenUp && !justRead) {
                readAgain();
            }
            return isOther(refused);
        }
    }

    /** No token has been accepted yet, so there is nothing to wait for: thousands of files are refused as fast as one. */
    private boolean tryAnother(String refused) {
        if (refused.equals(hopeless) || othersRefused == OTHERS_MAX) {
            return false;
        }
        readAgain();
        if (isOther(refused)) {
            othersRefused++;
            return true;
        }
        hopeless = refused;
        return false;
    }

    private boolean isOther(String refused) {
        return current != null && !current.equals(refused);
    }

    /** Returns why it failed, null if it did not. */
    private String readAgain() {
        readAgainNs = System.nanoTime();
        try {
            long mostNs = Math.max(LEAST_NS, Math.min(leftNs.getAsLong(), TokenSource.READ_MAX.toNanos()));
            current = source.read(Duration.ofNanos(mostNs));
            return null;
        } catch (CommandException e) {
            return e.getMessage();
        }
    }
}
