package io.parcelnode.node.serve;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.ledger.Ledger;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** How {@code serve} ends: SIGTERM and SIGINT are as it should be, which the JVM alone would report as failures. */
final class OrderlyStop {
    private static final long CLOSE_MAX_MS = 5_000;

    private OrderlyStop() {}

    /**
     * Returns only if the server has ended by itself.
     *
     * @param ledger closed after what it is to record; null for none
     * @param drainTimeout asked for when it is needed
     */
    static void await(ParcelServer server, Ledger ledger, Supplier<Duration> drainTimeout)
            throws CommandException, InterruptedException {
        Thread hook = new Thread(() -> stop(server, ledger, drainTimeout.get()), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            server.awaitEnd();
        } catch (IOException e) {
            Runtime.getRuntime().removeShutdownHook(hook); // It would call this a success.
            throw new CommandException(
                    ExitCode.MIXED_FAILURES, "the server is down, start it again: " + Messages.of(e), e);
        }
    }

    private static void stop(ParcelServer server, Ledger ledger, Duration drainTimeout) {
        // Whoever asks twice does not want to wait.
        for (String again : List.of("TERM", "INT")) {
            Signals.handle(again, () -> Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number()));
        }
        within(drainTimeout.toMillis() + CLOSE_MAX_MS + CLOSE_MAX_MS, () -> drain(server, drainTimeout));
        within(CLOSE_MAX_MS, server::close);
        if (ledger != null) {
            within(CLOSE_MAX_MS, ledger::close);
        }
        Runtime.getRuntime().halt(ExitCode.OK.number());
    }

    private static void drain(ParcelServer server, Duration timeout) {
        try {
            server.drain(timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever has gone wrong inside, a server that is told to stop stops. */
    private static void within(long maxMs, Runnable task) {
        Thread thread = new Thread(task, "stopping");
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(maxMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
