package io.parcelnode.node.serve;

import io.parcelnode.node.cli.Units;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The flags of {@code serve} about how many clients it has and how it parts from them. */
final class StopOptions {
    @Option(
            names = "--max-clients",
            paramLabel = "N",
            defaultValue = "1024",
            description = "Clients at once, as far as --memory has room for them; more are told when to come back"
                    + " (default: ${DEFAULT-VALUE}).")
    int clientsMax;

    @Option(
            names = "--drain-timeout",
            paramLabel = "T",
            defaultValue = "60s",
            converter = Units.Time.class,
            description = "How long SIGTERM waits for requests under way, up to an hour; 0 breaks them off"
                    + " (default: ${DEFAULT-VALUE}).")
    Duration drainTimeout;
}
