package io.parcelnode.node.serve;

import io.parcelnode.node.admin.AdminOptions;
import io.parcelnode.node.admin.AdminPort;
import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.FlagRange;
import io.parcelnode.node.cli.LogOptions;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Main;
import io.parcelnode.node.cli.MemoryPlan;
import io.parcelnode.node.cli.NameOptions;
import io.parcelnode.node.cli.TransportOptions;
import io.parcelnode.node.ledger.Ledger;
import io.parcelnode.node.ledger.LedgerOptions;
import io.parcelnode.node.limits.ClientBounds;
import io.parcelnode.node.limits.LimitOptions;
import io.parcelnode.node.limits.NodeExchange;
import io.parcelnode.node.limits.RateLimits;
import io.parcelnode.node.source.SourceProbe;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.ServerIdentity;
import io.parcelnode.proto.ServerOptions;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code parcel-node serve}: makes a server out of flags. */
@Command(
        name = "serve",
        description = "Serves the files of a REST endpoint or a folder.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);
    private static final int SEALING_THREADS_MAX = 64;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigFlags config;

    @Mixin
    private ListenFlags listen;

    @Option(
            names = {"-n", "--max-threads"},
            paramLabel = "N",
            defaultValue = "4",
            description = "Encryption threads that a client may be granted, 1 to 64 (default: ${DEFAULT-VALUE}).")
    private int threadsMax;

    @Mixin
    private SourceFlags source;

    @Mixin
    private IdentityFlags identity;

    @Mixin
    private LedgerOptions ledgerOptions;

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

    /** Of the command line, without what the configuration file adds. */
    private String[] arguments = {};

    /** @param given after the command's name, for when the settings are read again */
    public void arguments(String... given) {
        arguments = given.clone();
    }

    @Override
    public Integer call() throws Exception {
        if (config.check) {
            Preflight.configureLog(log);
            requireUsable();
            Preflight.print(settings(), identity.stateFolder(), System.out);
            System.out.println("# All of it can be used. Nothing was started.");
            System.out.flush();
        } else {
            Hangups hangups = new Hangups();
            hangups.listen();
            Logging.configure(log, false);
            names.apply();
            serve(hangups);
        }
        return ExitCode.OK.number();
    }

    private void serve(Hangups hangups) throws CommandException, IOException, InterruptedException {
        FlagRange.require("--max-threads", threadsMax, 1, SEALING_THREADS_MAX);
        LiveSettings settings = live(identity.identity());
        MemoryPlan memory = transport.memory();
        InetSocketAddress address = listen.address();
        FileProvider files = source.open(memory, admin.endpointListener());
        ServerOptions options = ServerOptions.DEFAULT.withSealingThreadsMax(threadsMax);
        try (AdminPort adminPort = admin.open();
                Ledger ledger = ledgerOptions.open(identity.stateFolder(), source.tokenHeader());
                RateLimits limits = new RateLimits(settings.caps());
                NodeExchange nodes = NodeExchange.between(limits, ledger);
                ParcelServer server = ParcelServer.start(
                        new Ports.Where(address, transport.forServer(), listen.acceptsTcp()),
                        memory,
                        settings.bounds(),
                        settings.identity(),
                        files,
                        options,
                        listeners(ledger, limits, adminPort))) {
            if (ledger != null) {
                adminPort.watch(ledger);
            }
            if (nodes != null) {
                nodes.showIn(adminPort::gauge);
            }
            Reload reload = new Reload(arguments, this, settings, new Reload.Parts(server, limits, files, adminPort));
            adminPort.command("/reload", reload::run);
            adminPort.start(server, memory, (SourceProbe) files);
            announce(server, settings.identity());
            hangups.heed(reload::runQuietly);
            OrderlyStop.await(server, ledger, reload::drainTimeout);
        } catch (BindException e) {
            throw listen.refused(address, e);
        }
    }

    /** Finds what {@link #serve} would end with, and starts nothing. */
    private void requireUsable() throws CommandException {
        FlagRange.require("--max-threads", threadsMax, 1, SEALING_THREADS_MAX);
        listen.check();
        try {
            if (source.open(transport.memory(), admin.endpointListener()) instanceof Closeable closeable) {
                closeable.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        identity.check();
        transport.forServer();
        live(null);
        ledgerOptions.check(identity.stateFolder(), source.tokenHeader());
        admin.check();
    }

    /** Reads flags and configuration file as a start would, and starts nothing. */
    static ServeCommand parse(String... arguments) throws CommandException {
        ServeCommand command = new ServeCommand();
        try {
            Main.configured(new CommandLine(command))
                    .parseArgs(ConfigFile.expand(Main.configured(new CommandLine(new ServeCommand())), arguments));
        } catch (ParameterException e) {
            throw new CommandException(ExitCode.USAGE, e.getMessage(), e);
        }
        return command;
    }

    /** By their flags, as they were written; null for what is neither given nor has a default. */
    Map<String, String> settings() {
        return Preflight.settings(spec.commandLine().getParseResult());
    }

    /** What may take the place of settings in force, if all that was read can be used. */
    LiveSettings live(ServeCommand before, LiveSettings inForce) throws CommandException {
        requireUsable();
        Preflight.requireWritable(log);
        return live(identity.identityAgain(before.identity, inForce.identity()));
    }

    private LiveSettings live(ServerIdentity who) throws CommandException {
        return new LiveSettings(
                limitOptions.caps(), bounds(), source.limits(), who, admin.token(), stop.drainTimeout(), log);
    }

    private ClientBounds bounds() throws CommandException {
        return limitOptions.bounds(
                Math.min(stop.clientsMax(), transport.memory().clientsMax()));
    }

    private static List<ServerEvents> listeners(Ledger ledger, RateLimits limits, AdminPort adminPort) {
        List<ServerEvents> listeners = new ArrayList<>(adminPort.listeners());
        listeners.add(limits);
        if (ledger != null) {
            listeners.add(ledger.events());
        }
        return listeners;
    }

    private void announce(ParcelServer server, ServerIdentity who) {
        InetSocketAddress local = server.localAddress();
        LOG.info("Serving {}", source.place());
        log.sayOnStdout("Server ready at " + Addresses.text(local) + "  fingerprint " + who.fingerprint());
    }
}
