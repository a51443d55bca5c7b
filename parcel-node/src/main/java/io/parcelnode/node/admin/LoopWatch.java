package io.parcelnode.node.admin;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Whether the thread that serves the UDP port comes round. Thread-safe. */
final class LoopWatch implements HealthCheck.Probe {
    private static final long TURN_MAX_SECONDS = 2;

    private final Supplier<CompletableFuture<Void>> turns;
    private final LongSupplier clockNs;
    // Guarded by this.
    private CompletableFuture<Void> asked;
    private long askedNs;
    private volatile long lastTurnNs = -1;

    LoopWatch(Supplier<CompletableFuture<Void>> turns, LongSupplier clockNs) {
        this.turns = turns;
        this.clockNs = clockNs;
    }

    @Override
    public String look() throws Exception {
        touch();
        CompletableFuture<Void> turn;
        synchronized (this) {
            turn = asked;
        }
        try {
            turn.get(TURN_MAX_SECONDS, TimeUnit.SECONDS);
            return String.format(Locale.ROOT, "comes round in %.1f ms", lastTurnNs / 1e6);
        } catch (TimeoutException e) {
            throw new IOException(
                    "the thread that serves the UDP port has not come round for " + silenceNs() / 1_000_000 + " ms");
        } catch (ExecutionException e) {
            throw new IOException("the thread that serves the UDP port has ended");
        }
    }

    /** Asks it to come round, if it has done so since it was last asked. */
    synchronized void touch() {
        if (asked == null || asked.isDone()) {
            long startNs = clockNs.getAsLong();
            askedNs = startNs;
            asked = turns.get();
            asked.thenRun(() -> lastTurnNs = clockNs.getAsLong() - startNs);
        }
    }

    /** How long it owes us a turn. */
    synchronized long silenceNs() {
        return asked == null || asked.isDone() && !asked.isCompletedExceptionally() ? 0 : clockNs.getAsLong() - askedNs;
    }
}
