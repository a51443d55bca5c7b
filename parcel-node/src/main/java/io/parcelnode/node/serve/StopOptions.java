package io.parcelnode.node.serve;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.FlagRange;
import io.parcelnode.node.cli.Units;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The flags of {@code serve} about how many clients it has and how it parts from them. */
final class StopOptions {
    private static final int CLIENTS_MAX = 100_000;
    private static final int DRAIN_MAX_SECONDS = 3_600;

    @Option(
            names = "--max-clients",
            paramLabel = "N",
            defaultValue = "1024",
            description =
                    "Sessions at once of all clients, as far as --memory has room for them; more are told when to come back"
                            + " (default: ${DEFAULT-VALUE}).")
    private int clientsMax;

    @Option(
            names = "--drain-timeout",
            paramLabel = "T",
            defaultValue = "60s",
            converter = Units.Time.class,
            description = "How long SIGTERM waits for requests under way, up to an hour; 0 breaks them off"
                    + " (default: ${DEFAULT-VALUE}).")
    private Duration drainTimeout;

    int clientsMax() throws CommandException {
        FlagRange.require("--max-clients", clientsMax, 1, CLIENTS_MAX);
        return clientsMax;
    }

    Duration drainTimeout() throws CommandException {
        FlagRange.require("--drain-timeout seconds", drainTimeout.toSeconds(), 0, DRAIN_MAX_SECONDS);
        return drainTimeout;
    }
}
