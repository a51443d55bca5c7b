package io.parcelnode.node.admin;

import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.source.EndpointListener;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The flags of the admin port. */
public final class AdminOptions {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);
    private static final String DEFAULT_ADDRESS = "127.0.0.1:9001";
    private static final String OFF = "off";

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            description =
                    "Where /healthz, /readyz, /metrics and a page are; port 0 takes a free one, 'off' has none. Other"
                            + " than on loopback it demands --admin-token-file (default: " + DEFAULT_ADDRESS + ").")
    String given;

    @Option(
            names = "--admin-token-file",
            paramLabel = "FILE",
            description = "File with the token that the admin port then demands, as bearer or as password.")
    Path tokenFile;

    private final EndpointFigures endpointFigures = new EndpointFigures();

    /** To be told of what passes between the server and its endpoint. */
    public EndpointListener endpointListener() {
        return endpointFigures;
    }

    /**
     * Takes the port, before anything else of the server starts.
     *
     * @throws CommandException if the flags are wrong, or the port that they name is in use. The default port in use is
     *     no reason for a server not to run: then there is a warning, and no admin port.
     */
    public AdminPort open() throws CommandException {
        Place place = place();
        if (place == null) {
            return AdminPort.none();
        }
        try {
            return AdminPort.bind(place.address, place.token, endpointFigures);
        } catch (BindException e) {
            return onBindFailure(place.address, e);
        } catch (IOException e) {
            throw usage("cannot listen on --admin " + Addresses.text(place.address) + ": " + Messages.of(e));
        }
    }

    /** Finds the faults that {@link #open} would, and does not listen. */
    public void check() throws CommandException {
        Place place = place();
        if (place != null && !Addresses.isOfThisMachine(place.address.getAddress())) {
            throw usage(notOurs());
        }
    }

    /** What the port is to demand, null for nothing; checked against where it listens. */
    public AdminToken token() throws CommandException {
        Place place = place();
        return place == null ? null : place.token;
    }

    /** Null for none. */
    private Place place() throws CommandException {
        if (OFF.equals(given)) {
            if (tokenFile != null) {
                throw usage("--admin off and --admin-token-file contradict each other; give one of them");
            }
            return null;
        }
        InetSocketAddress address = parse(given == null ? DEFAULT_ADDRESS : given);
        AdminToken token = tokenFile == null ? null : AdminToken.read(tokenFile);
        if (token == null && !address.getAddress().isLoopbackAddress()) {
            throw usage("--admin " + given + " can be reached from other machines, so it demands a token: give"
                    + " --admin-token-file FILE, where FILE holds at least " + AdminToken.LENGTH_MIN
                    + " characters such as 'openssl rand -hex 32' prints, or listen on 127.0.0.1");
        }
        return new Place(address, token);
    }

    private AdminPort onBindFailure(InetSocketAddress address, BindException e) throws CommandException {
        String text = Addresses.text(address);
        if (given == null) {
            LOG.warn(
                    "No health checks, metrics and page: another program has {} (TCP). Give --admin HOST:PORT for"
                            + " another port, or --admin off",
                    text);
            return AdminPort.none();
        }
        if (String.valueOf(e.getMessage()).contains("assign")) {
            throw usage(notOurs());
        }
        throw new CommandException(
                ExitCode.ADDRESS_IN_USE,
                "cannot listen on --admin " + text + " (TCP): " + Messages.of(e)
                        + "; stop the other program or choose another port",
                e);
    }

    private static InetSocketAddress parse(String text) throws CommandException {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        boolean isPlain = host.indexOf(':') < 0 || host.startsWith("[") && host.endsWith("]");
        if (host.isEmpty() || !isPlain || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
            throw usage("--admin '" + text + "' is not HOST:PORT, such as 127.0.0.1:9001 or [::1]:9001, nor 'off'");
        }
        try {
            return new InetSocketAddress(
                    InetAddress.getByName(Addresses.withoutBrackets(host)), Integer.parseInt(port));
        } catch (UnknownHostException e) {
            throw usage("--admin " + text + " is not an address of this machine");
        }
    }

    private String notOurs() {
        return "--admin " + given + " is not an address of this machine";
    }

    private record Place(InetSocketAddress address, AdminToken token) {}

    private static CommandException usage(String text) {
        return new CommandException(ExitCode.USAGE, text);
    }
}
