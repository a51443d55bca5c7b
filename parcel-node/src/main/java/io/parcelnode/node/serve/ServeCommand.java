package io.parcelnode.node.serve;

import io.parcelnode.node.admin.AdminOptions;
import io.parcelnode.node.admin.AdminPort;
import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.LogOptions;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.MemoryPlan;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.NameOptions;
import io.parcelnode.node.cli.ParcelHome;
import io.parcelnode.node.cli.Redaction;
import io.parcelnode.node.cli.TransportOptions;
import io.parcelnode.node.cli.Units;
import io.parcelnode.node.ledger.Ledger;
import io.parcelnode.node.ledger.LedgerOptions;
import io.parcelnode.node.limits.LimitOptions;
import io.parcelnode.node.limits.RateLimits;
import io.parcelnode.node.source.EndpointOptions;
import io.parcelnode.node.source.FolderSource;
import io.parcelnode.node.source.RestSource;
import io.parcelnode.node.source.SourceProbe;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.ServerIdentity;
import io.parcelnode.proto.ServerOptions;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code parcel-node serve}. */
@Command(
        name = "serve",
        description = "Serves the files of a REST endpoint or a folder.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);
    private static final int SEALING_THREADS_MAX = 64;
    private static final int CLIENTS_MAX = 100_000;
    private static final int DRAIN_MAX_SECONDS = 3_600;
    private static final long CLOSE_MAX_MS = 5_000;

    @ArgGroup(multiplicity = "1")
    private Source source;

    @Mixin
    private ConfigFlags config;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-i", "--host"},
            paramLabel = "ADDR",
            defaultValue = "0.0.0.0",
            description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "N",
            defaultValue = "9000",
            description = "UDP port to listen on; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int portNumber;

    @Option(
            names = {"-n", "--max-threads"},
            paramLabel = "N",
            defaultValue = "4",
            description = "Encryption threads that a client may be granted, 1 to 64 (default: ${DEFAULT-VALUE}).")
    private int threadsMax;

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
    private Path upstreamCa;

    @Option(names = "--upstream-insecure", description = "Trust any certificate of the endpoint. Not for real data.")
    private boolean upstreamInsecure;

    @Option(
            names = "--token-header",
            paramLabel = "NAME",
            defaultValue = "X-Auth-Token",
            description = "Header that carries the client's token to the endpoint (default: ${DEFAULT-VALUE}).")
    private String tokenHeader;

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "Certificate (PEM, chain may follow).")
    private Path tlsCertificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key (PEM).")
    private Path tlsKey;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description =
                    "Where the server keeps its identity and its ledger (default: $PARCEL_HOME, else ~/.parcel-node).")
    private Path state;

    @Mixin
    private LedgerOptions ledgerOptions;

    @Mixin
    private EndpointFlags endpointFlags;

    @Mixin
    private LimitOptions limitOptions;

    @Mixin
    private StopOptions stop;

    @Mixin
    private TransportOptions transport;

    @Mixin
    private AdminOptions admin;

    @Mixin
    private LogOptions log;

    @Mixin
    private NameOptions names;

    private static final class Source {
        @Option(
                names = {"-d", "--data-server-url"},
                paramLabel = "URL",
                required = true,
                description = "REST endpoint; a file id is appended after one '/'.")
        private String url;

        @Option(names = "--data-dir", paramLabel = "DIR", required = true, description = "Serve this local folder.")
        private Path folder;
    }

    @Override
    public Integer call() throws Exception {
        if (config.check) {
            Preflight.configureLog(log);
        } else {
            Logging.configure(log, false);
        }
        requireInRange("--port", portNumber, 0, 65_535);
        requireInRange("--max-clients", stop.clientsMax, 1, CLIENTS_MAX);
        requireInRange("--drain-timeout seconds", stop.drainTimeout.toSeconds(), 0, DRAIN_MAX_SECONDS);
        requireInRange("--max-threads", threadsMax, 1, SEALING_THREADS_MAX);
        requireInRange("--buffer-connections", connections, 1, EndpointOptions.CONNECTIONS_MAX);
        requireInRange("--range-size", rangeBytes, EndpointOptions.RANGE_MIN_BYTES, EndpointOptions.RANGE_MAX_BYTES);
        if (upstreamInsecure && upstreamCa != null) {
            throw new CommandException(
                    ExitCode.USAGE, "--upstream-ca and --upstream-insecure contradict each other; give one of them");
        }
        FileProvider files = source.url == null ? folder() : endpoint();
        InetSocketAddress address = address();
        if (config.check) {
            return check(files, address);
        }
        ServerIdentity identity = identity();
        ServerOptions options = ServerOptions.DEFAULT.withSealingThreadsMax(threadsMax);
        MemoryPlan memory = transport.memory();
        try (AdminPort adminPort = admin.open();
                Ledger ledger = ledgerOptions.open(stateFolder(), source.url == null ? null : tokenHeader);
                RateLimits limits = limitOptions.open();
                ParcelServer server = ParcelServer.start(
                        address,
                        transport.forServer(),
                        memory,
                        stop.clientsMax,
                        identity,
                        files,
                        options,
                        listeners(ledger, limits, adminPort))) {
            if (ledger != null) {
                adminPort.watch(ledger);
            }
            adminPort.start(server, memory, (SourceProbe) files);
            announce(server, identity);
            awaitEnd(server, ledger, stop.drainTimeout);
        } catch (BindException e) {
            if (!Addresses.isOfThisMachine(address.getAddress())) {
                throw new CommandException(ExitCode.USAGE, notOurs(), e);
            }
            throw new CommandException(
                    ExitCode.ADDRESS_IN_USE,
                    "cannot listen on " + Addresses.text(address) + " (UDP)" + ": " + Messages.of(e)
                            + "; stop the other program or choose another address with -i and -p",
                    e);
        }
        return ExitCode.OK.number();
    }

    private int check(FileProvider files, InetSocketAddress address) throws CommandException, IOException {
        if (files instanceof Closeable closeable) {
            closeable.close();
        }
        if (!Addresses.isOfThisMachine(address.getAddress())) {
            throw new CommandException(ExitCode.USAGE, notOurs());
        }
        requireIdentityPair();
        if (tlsCertificate != null) {
            IdentityStore.fromFiles(tlsCertificate, tlsKey);
        }
        transport.forServer();
        Preflight.requireUsable(stateFolder());
        limitOptions.check();
        ledgerOptions.check(stateFolder(), source.url == null ? null : tokenHeader);
        admin.check();
        Preflight.print(spec.commandLine().getParseResult(), stateFolder(), System.out);
        System.out.println("# All of it can be used. Nothing was started.");
        System.out.flush();
        return ExitCode.OK.number();
    }

    private static List<ServerEvents> listeners(Ledger ledger, RateLimits limits, AdminPort adminPort) {
        List<ServerEvents> listeners = new ArrayList<>(adminPort.listeners());
        if (limits != null) {
            listeners.add(limits);
        }
        if (ledger != null) {
            listeners.add(ledger.events());
        }
        return listeners;
    }

    private void announce(ParcelServer server, ServerIdentity identity) {
        InetSocketAddress local = server.localAddress();
        LOG.info("Serving {}", source.url == null ? source.folder : endpointText(source.url));
        log.sayOnStdout("Server ready at " + Addresses.text(local) + "  fingerprint " + identity.fingerprint());
    }

    /** SIGTERM and SIGINT are how a server ends as it should; the JVM alone would report them as failures. */
    private static void awaitEnd(ParcelServer server, Ledger ledger, Duration drainTimeout)
            throws CommandException, InterruptedException {
        Thread hook = new Thread(
                () -> {
                    // Whoever asks twice does not want to wait.
                    for (String again : List.of("TERM", "INT")) {
                        Signals.handle(again, () -> Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number()));
                    }
                    within(drainTimeout.toMillis() + CLOSE_MAX_MS + CLOSE_MAX_MS, () -> drain(server, drainTimeout));
                    within(CLOSE_MAX_MS, server::close);
                    if (ledger != null) {
                        within(CLOSE_MAX_MS, ledger::close); // After what it is to record.
                    }
                    Runtime.getRuntime().halt(ExitCode.OK.number());
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            server.awaitEnd();
        } catch (IOException e) {
            Runtime.getRuntime().removeShutdownHook(hook); // It would call this a success.
            throw new CommandException(
                    ExitCode.MIXED_FAILURES, "the server is down, start it again: " + Messages.of(e), e);
        }
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

    private FileProvider folder() throws CommandException {
        if (endpointFlags.hasCatalogue()) {
            throw new CommandException(ExitCode.USAGE, "--catalogue goes with --data-server-url, not with --data-dir");
        }
        try {
            return new FolderSource(source.folder);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.USAGE, "cannot serve --data-dir " + source.folder + ": " + Messages.of(e), e);
        }
    }

    private FileProvider endpoint() throws CommandException {
        HttpUrl url = HttpUrl.parse(source.url);
        if (url == null) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--data-server-url " + endpointText(source.url) + " is not an http or https address");
        }
        if (!url.username().isEmpty() || !url.password().isEmpty()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--data-server-url " + endpointText(source.url) + " contains a user name or password, which the"
                            + " endpoint would not be told; clients bring their own tokens");
        }
        if (!tokenHeader.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")) {
            throw new CommandException(ExitCode.USAGE, "--token-header '" + tokenHeader + "' is not a header name");
        }
        if (upstreamInsecure) {
            LOG.warn("--upstream-insecure: the endpoint's certificate is not checked, tokens may go to an impostor");
        }
        try {
            long readAheadBytes = transport.memory().readAheadBytes();
            EndpointOptions options = new EndpointOptions(
                    url,
                    tokenHeader,
                    connections,
                    rangeBytes,
                    readAheadBytes,
                    upstreamCa,
                    upstreamInsecure,
                    endpointFlags.limits(),
                    endpointFlags.catalogue(url));
            return new RestSource(options, admin.endpointListener());
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE, "cannot use --upstream-ca: " + Messages.of(e), e);
        }
    }

    private ServerIdentity identity() throws CommandException {
        requireIdentityPair();
        return tlsCertificate == null
                ? IdentityStore.fromState(stateFolder())
                : IdentityStore.fromFiles(tlsCertificate, tlsKey);
    }

    private void requireIdentityPair() throws CommandException {
        if ((tlsCertificate == null) != (tlsKey == null)) {
            throw new CommandException(ExitCode.USAGE, "--tls-cert and --tls-key belong together; give both or none");
        }
    }

    private Path stateFolder() {
        return state == null ? ParcelHome.path() : state;
    }

    private InetSocketAddress address() throws CommandException {
        try {
            return new InetSocketAddress(InetAddress.getByName(Addresses.withoutBrackets(host)), portNumber);
        } catch (UnknownHostException | UnresolvedAddressException e) {
            throw new CommandException(ExitCode.USAGE, notOurs(), e);
        }
    }

    private String notOurs() {
        return "--host " + host + " is not an address of this machine";
    }

    /** User name and password in a URL are secrets. */
    private static String endpointText(String url) {
        return Redaction.of(url);
    }

    private static void requireInRange(String flag, long value, long min, long max) throws CommandException {
        if (value < min || value > max) {
            throw new CommandException(ExitCode.USAGE, flag + " " + value + " is outside " + min + ".." + max);
        }
    }
}
