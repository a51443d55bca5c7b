package io.parcelnode.node.admin;

import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.Redaction;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * One thing that has to be so for the server to do its work, looked at when somebody asks, but not more often than makes
 * sense: however many ask, and however often, one look at a time is under way. Thread-safe.
 */
final class HealthCheck {
    /** How long a look may take before it counts as a bad one. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int DETAIL_MAX_CHARS = 300;

    /** From good to bad. */
    enum State {
        OK,
        /** Something is missing, and files are served all the same. */
        DEGRADED,
        FAILED
    }

    interface Probe {
        /**
         * @return what was found, in words
         * @throws Exception if it is not as it has to be; its message says what is wrong
         */
        String look() throws Exception;
    }

    /** @param ageNs since the look was over; -1 before the first one */
    record Result(State state, String detail, long ageNs) {}

    private record Look(State state, String detail, long atNs) {}

    private final String name;
    private final State whenBad;
    private final Duration freshness;
    private final Probe probe;
    private final Executor threads;
    private final LongSupplier clockNs;
    // Guarded by this.
    private Look last;
    private CompletableFuture<Void> underWay;
    private long startedNs;

    /**
     * @param whenBad what a bad look makes of it: {@link State#DEGRADED} or {@link State#FAILED}
     * @param freshness how long a look is good for
     */
    HealthCheck(String name, State whenBad, Duration freshness, Probe probe, Executor threads, LongSupplier clockNs) {
        this.name = name;
        this.whenBad = whenBad;
        this.freshness = freshness;
        this.probe = probe;
        this.threads = threads;
        this.clockNs = clockNs;
    }

    String name() {
        return name;
    }

    /** How it is: as of the last look while that is fresh, else after waiting for another one. */
    Result await() {
        CompletableFuture<Void> look = lookIfStale();
        if (look != null) {
            try {
                look.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return peek(); // It says that nothing is heard.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a look does not fail, it finds", e);
            }
        }
        return peek();
    }

    /** As {@link #await}, but without waiting: what is known now. */
    Result peek() {
        lookIfStale();
        synchronized (this) {
            long nowNs = clockNs.getAsLong();
            long ageNs = last == null ? -1 : nowNs - last.atNs;
            if (underWay != null && nowNs - startedNs >= PATIENCE.toNanos()) {
                return new Result(whenBad, "no answer for " + (nowNs - startedNs) / 1_000_000_000 + " s", ageNs);
            }
            return last == null
                    ? new Result(whenBad, "not looked at yet", ageNs)
                    : new Result(last.state, last.detail, ageNs);
        }
    }

    /** Null if the last look is fresh. */
    private CompletableFuture<Void> lookIfStale() {
        CompletableFuture<Void> look;
        synchronized (this) {
            long nowNs = clockNs.getAsLong();
            if (underWay != null || last != null && nowNs - last.atNs < freshness.toNanos()) {
                return underWay;
            }
            look = new CompletableFuture<>();
            underWay = look;
            startedNs = nowNs;
        }
        threads.execute(() -> {
            look();
            look.complete(null);
        });
        return look;
    }

    private void look() {
        State state = State.OK;
        String detail;
        try {
            detail = probe.look();
        } catch (Exception | Error e) {
            state = whenBad;
            detail = Redaction.of(Messages.onOneLine(Messages.of(e)));
        }
        String shortened = detail.length() <= DETAIL_MAX_CHARS ? detail : detail.substring(0, DETAIL_MAX_CHARS) + "…";
        synchronized (this) {
            last = new Look(state, shortened, clockNs.getAsLong());
            underWay = null;
        }
    }
}
