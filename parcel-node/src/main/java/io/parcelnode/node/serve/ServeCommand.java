package io.parcelnode.node.serve;

import io.parcelnode.node.admin.AdminOptions;
import io.parcelnode.node.admin.AdminPort;
import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.FlagRange;
import io.parcelnode.node.cli.LogOptions;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.MemoryPlan;
import io.parcelnode.node.cli.TransportOptions;
import io.parcelnode.node.ledger.Ledger;
import io.parcelnode.node.ledger.LedgerOptions;
import io.parcelnode.node.limits.LimitOptions;
import io.parcelnode.node.limits.NodeExchange;
import io.parcelnode.node.limits.RateLimits;
import io.parcelnode.node.source.SourceProbe;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.ServerIdentity;
import io.parcelnode.proto.ServerOptions;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

    @Override
    public Integer call() throws Exception {
        if (config.check) {
            Preflight.configureLog(log);
            return check();
        }
        Logging.configure(log, false);
        return serve();
    }

    private int serve() throws CommandException, IOException, InterruptedException {
        FlagRange.require("--max-threads", threadsMax, 1, SEALING_THREADS_MAX);
        int clientsMax = stop.clientsMax();
        Duration drainTimeout = stop.drainTimeout();
        MemoryPlan memory = transport.memory();
        InetSocketAddress address = listen.address();
        FileProvider files = source.open(memory, admin.endpointListener());
        ServerIdentity who = identity.identity();
        ServerOptions options = ServerOptions.DEFAULT.withSealingThreadsMax(threadsMax);
        try (AdminPort adminPort = admin.open();
                Ledger ledger = ledgerOptions.open(identity.stateFolder(), source.tokenHeader());
                RateLimits limits = limitOptions.open();
                NodeExchange nodes = NodeExchange.between(limits, ledger);
                ParcelServer server = ParcelServer.start(
                        address,
                        transport.forServer(),
                        memory,
                        clientsMax,
                        who,
                        files,
                        options,
                        listeners(ledger, limits, adminPort))) {
            if (ledger != null) {
                adminPort.watch(ledger);
            }
            if (nodes != null) {
                nodes.showIn(adminPort::gauge);
            }
            adminPort.start(server, memory, (SourceProbe) files);
            announce(server, who);
            OrderlyStop.await(server, ledger, () -> drainTimeout);
        } catch (BindException e) {
            throw listen.refused(address, e);
        }
        return ExitCode.OK.number();
    }

    /** Finds what {@link #serve} would end with, and starts nothing. */
    private int check() throws CommandException, IOException {
        FlagRange.require("--max-threads", threadsMax, 1, SEALING_THREADS_MAX);
        stop.clientsMax();
        stop.drainTimeout();
        listen.check();
        if (source.open(transport.memory(), admin.endpointListener()) instanceof Closeable closeable) {
            closeable.close();
        }
        identity.check();
        transport.forServer();
        limitOptions.check();
        ledgerOptions.check(identity.stateFolder(), source.tokenHeader());
        admin.check();
        Preflight.print(spec.commandLine().getParseResult(), identity.stateFolder(), System.out);
        System.out.println("# All of it can be used. Nothing was started.");
        System.out.flush();
        return ExitCode.OK.number();
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
        System.out.println("Server ready at " + Addresses.text(local) + "  fingerprint " + who.fingerprint());
        System.out.flush();
    }
}
