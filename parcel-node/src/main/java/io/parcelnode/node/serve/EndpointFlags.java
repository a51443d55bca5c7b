package io.parcelnode.node.serve;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.source.Catalogue;
import io.parcelnode.node.source.EndpointLimits;
import java.io.IOException;
import java.nio.file.Path;
import okhttp3.HttpUrl;
import picocli.CommandLine.Option;

/** Flags about the endpoint: how much it is asked, and for what. */
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

    @Option(
            names = "--catalogue",
            paramLabel = "FILE",
            description = "Serve only what stands in this table (id, url, size, md5, sha256, filename) or JSON array;"
                    + " addresses may be relative to --data-server-url.")
    private Path catalogue;

    boolean hasCatalogue() {
        return catalogue != null;
    }

    /** Null without one. */
    Catalogue catalogue(HttpUrl base) throws CommandException {
        try {
            return catalogue == null ? null : Catalogue.read(catalogue, base);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.USAGE, "cannot use --catalogue " + catalogue + ": " + Messages.of(e), e);
        }
    }

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
