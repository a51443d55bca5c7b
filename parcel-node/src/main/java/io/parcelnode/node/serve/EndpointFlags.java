package io.parcelnode.node.serve;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.FlagRange;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.MemoryPlan;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.Units;
import io.parcelnode.node.source.Catalogue;
import io.parcelnode.node.source.EndpointLimits;
import io.parcelnode.node.source.EndpointListener;
import io.parcelnode.node.source.EndpointOptions;
import io.parcelnode.node.source.RestSource;
import java.io.IOException;
import java.nio.file.Path;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The flags of {@code serve} about its endpoint: how it is asked, how much, and for what. */
final class EndpointFlags {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);

    @Option(
            names = {"-b", "--buffer-connections", "--buffer_processes"},
            paramLabel = "N",
            defaultValue = "8",
            description = "Parallel range requests per transfer to the endpoint, 1 to 256 (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--range-size",
            paramLabel = "BYTES",
            defaultValue = "8M",
            converter = Units.Size.class,
            description = "Most bytes per range request, 64K to 1G (default: ${DEFAULT-VALUE}).")
    private long rangeBytes;

    @Option(
            names = "--upstream-ca",
            paramLabel = "PEM",
            description = "Trust these roots for the endpoint's TLS, beside the JVM's.")
    private Path certificateAuthorities;

    @Option(names = "--upstream-insecure", description = "Trust any certificate of the endpoint. Not for real data.")
    private boolean insecure;

    @Option(
            names = "--token-header",
            paramLabel = "NAME",
            defaultValue = "X-Auth-Token",
            description = "Header that carries the client's token to the endpoint (default: ${DEFAULT-VALUE}).")
    private String tokenHeader;

    @Option(
            names = "--upstream-requests-per-client",
            paramLabel = "N",
            defaultValue = "256",
            description = "Requests at once to the endpoint for one client (an IPv4 address or an IPv6 /64), 1 to 4096"
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

    String tokenHeader() {
        return tokenHeader;
    }

    boolean hasCatalogue() {
        return catalogue != null;
    }

    /** Also where a folder is served and none of them matters. */
    void requireInRange() throws CommandException {
        FlagRange.require("--buffer-connections", connections, 1, EndpointOptions.CONNECTIONS_MAX);
        FlagRange.require("--range-size", rangeBytes, EndpointOptions.RANGE_MIN_BYTES, EndpointOptions.RANGE_MAX_BYTES);
        if (insecure && certificateAuthorities != null) {
            throw usage("--upstream-ca and --upstream-insecure contradict each other; give one of them");
        }
    }

    EndpointLimits limits() throws CommandException {
        FlagRange.require(
                "--upstream-requests-per-client", requestsPerClient, 1, EndpointLimits.REQUESTS_PER_CLIENT_MAX);
        FlagRange.require("--upstream-requests", requests, 1, EndpointLimits.REQUESTS_MAX);
        return new EndpointLimits(requestsPerClient, requests);
    }

    RestSource open(String address, MemoryPlan memory, EndpointListener listener) throws CommandException {
        HttpUrl url = HttpUrl.parse(address);
        if (url == null) {
            throw usage("--data-server-url " + withoutSecrets(address) + " is not an http or https address");
        }
        if (!url.username().isEmpty() || !url.password().isEmpty()) {
            throw usage("--data-server-url " + withoutSecrets(address) + " contains a user name or password, which the"
                    + " endpoint would not be told; clients bring their own tokens");
        }
        if (!tokenHeader.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")) {
            throw usage("--token-header '" + tokenHeader + "' is not a header name");
        }
        if (insecure) {
            LOG.warn("--upstream-insecure: the endpoint's certificate is not checked, tokens may go to an impostor");
        }
        EndpointOptions options = new EndpointOptions(
                url,
                tokenHeader,
                connections,
                rangeBytes,
                memory.readAheadBytes(),
                certificateAuthorities,
                insecure,
                limits(),
                catalogue(url));
        try {
            return new RestSource(options, listener);
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE, "cannot use --upstream-ca: " + Messages.of(e), e);
        }
    }

    /** Null without one. */
    private Catalogue catalogue(HttpUrl base) throws CommandException {
        try {
            return catalogue == null ? null : Catalogue.read(catalogue, base);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.USAGE, "cannot use --catalogue " + catalogue + ": " + Messages.of(e), e);
        }
    }

    /** User name and password in a URL are secrets. */
    static String withoutSecrets(String url) {
        return url.replaceAll("//[^/@]*@", "//***@");
    }

    private static CommandException usage(String text) {
        return new CommandException(ExitCode.USAGE, text);
    }
}
