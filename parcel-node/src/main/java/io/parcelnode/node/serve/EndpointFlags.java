package io.parcelnode.node.serve;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.source.EndpointLimits;
import picocli.CommandLine.Option;

/** Flags about how much the endpoint is asked. */
final class EndpointFlags {
    @Option(
            names = "--upstream-requests-per-client",
            paramLabel = "N",
            defaultValue = "256",
            description = "Requests at once to the endpoint for one client, by its address, 1 to 4096"
                    + " (default: ${DEFAULT-VALUE}).")
    private int requestsPerClient;

    @Option(
            names = "--upstream-requests",
            paramLabel = "N",
            defaultValue = "1024",
            description = "Requests at once to the endpoint in all, 1 to 16384 (default: ${DEFAULT-VALUE}).")
    private int requests;

    EndpointLimits limits() throws CommandException {
        requireInRange("--upstream-requests-per-client", requestsPerClient, EndpointLimits.REQUESTS_PER_CLIENT_MAX);
        requireInRange("--upstream-requests", requests, EndpointLimits.REQUESTS_MAX);
        return new EndpointLimits(requestsPerClient, requests);
    }

    private static void requireInRange(String flag, int value, int max) throws CommandException {
        if (value < 1 || value > max) {
            throw new CommandException(ExitCode.USAGE, flag + " " + value + " is outside 1.." + max);
        }
    }
}
