package io.parcelnode.node.demo;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.FlagRange;
import io.parcelnode.node.cli.LogOptions;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.MemoryPlan;
import io.parcelnode.node.cli.TransportOptions;
import io.parcelnode.node.cli.Units;
import io.parcelnode.node.get.DownloadRun;
import io.parcelnode.node.get.Reporter;
import io.parcelnode.node.get.RunOptions;
import io.parcelnode.node.get.ServerIdentityCheck;
import io.parcelnode.node.get.ServerLink;
import io.parcelnode.node.get.TextReporter;
import io.parcelnode.node.get.TokenSource;
import io.parcelnode.node.get.WantedFile;
import io.parcelnode.node.serve.ParcelServer;
import io.parcelnode.node.source.EndpointOptions;
import io.parcelnode.node.source.RestSource;
import io.parcelnode.proto.ServerIdentity;
import io.parcelnode.proto.ServerOptions;
import io.parcelnode.sim.relay.RelayConditions;
import io.parcelnode.sim.relay.UdpRelay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code parcel-node demo}. */
@Command(
        name = "demo",
        description = "Downloads a generated file through an emulated long, lossy path, all on this machine.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class DemoCommand implements Callable<Integer> {
    private static final int THREADS = 4;
    private static final int RANGE_CONNECTIONS = 8;
    private static final long RANGE_BYTES = 1 << 20;
    private static final long SEED = 20_261_124;
    private static final int DELETE_ATTEMPTS = 10;
    private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(30);

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "64M",
            converter = Units.Size.class,
            description = "Size of the file, up to 10G (default: ${DEFAULT-VALUE}).")
    private long sizeBytes;

    @Option(
            names = "--rtt",
            paramLabel = "T",
            defaultValue = "40ms",
            converter = Units.Time.class,
            description = "Round trip time of the path, 0ms to 2s (default: ${DEFAULT-VALUE}).")
    private Duration rtt;

    @Option(
            names = "--loss",
            paramLabel = "SHARE",
            defaultValue = "0.01%",
            converter = Units.Share.class,
            description = "Share of datagrams that it loses, up to 20%% (default: 0.01%%).")
    private double lossShare;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "200Mbit",
            converter = Units.Rate.class,
            description = "Its rate, 1Mbit to 10Gbit (default: ${DEFAULT-VALUE}).")
    private long rateBits;

    @Mixin
    private TransportOptions transport;

    @Mixin
    private LogOptions log;

    @Override
    public Integer call() throws Exception {
        Logging.configure(log, false);
        FlagRange.require("--size " + sizeBytes, sizeBytes, 0, 10L << 30, "0 to 10G");
        FlagRange.require("--rtt " + rtt.toMillis() + "ms", rtt.toMillis(), 0, 2_000, "0ms to 2s");
        FlagRange.require("--loss " + lossShare * 100 + '%', Math.round(lossShare * 1e6), 0, 200_000, "0% to 20%");
        FlagRange.require("--rate " + rateBits + "bit", rateBits, 1_000_000, 10_000_000_000L, "1Mbit to 10Gbit");
        Path folder = Files.createTempDirectory("parcel-demo");
        // Interrupted, the command never gets to its finally.
        Thread hook = new Thread(() -> deleteOnExit(folder), "clean-up");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return run(folder);
        } finally {
            deleteAll(folder);
            removeHook(hook);
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // It is running.
        }
    }

    /** The download goes on meanwhile and may put a file under its name between our looking and our deleting. */
    private static void deleteOnExit(Path folder) {
        for (int attempt = 0; attempt < DELETE_ATTEMPTS; attempt++) {
            try {
                deleteAll(folder);
                return;
            } catch (IOException | UncheckedIOException e) {
                continue;
            }
        }
    }

    private int run(Path folder) throws Exception {
        MemoryPlan memory = transport.memory().half();
        ServerIdentity identity = ServerIdentity.selfSigned(new SecureRandom());
        try (DemoEndpoint endpoint = new DemoEndpoint(sizeBytes, SEED);
                RestSource source = new RestSource(endpointOptions(endpoint));
                ParcelServer server = ParcelServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        transport.forServer(memory),
                        memory,
                        identity,
                        source,
                        ServerOptions.DEFAULT);
                UdpRelay relay = UdpRelay.start(server.localAddress(), conditions(), SEED);
                Reporter reporter = new TextReporter(true)) {
            System.out.printf(
                    Locale.ROOT,
                    "A file of %s behind an emulated path: %d ms round trip, %.0f Mbit/s, %s%% loss%n",
                    Units.describeBytes(sizeBytes),
                    rtt.toMillis(),
                    rateBits / 1e6,
                    lossShare * 100);
            InetSocketAddress address = relay.address();
            ServerLink link = new ServerLink(
                    address.getAddress().getHostAddress(),
                    address.getPort(),
                    transport.forClient(memory),
                    THREADS,
                    ServerIdentityCheck.pinned(identity.fingerprint()));
            link.memory(memory);
            long startNs = System.nanoTime();
            DownloadRun download = new DownloadRun(
                    link,
                    reporter,
                    TokenSource.fixed(null),
                    new RunOptions(folder, folder.resolve("home"), GIVE_UP_AFTER));
            int exitCode = download.run(List.of(WantedFile.of(DemoEndpoint.FILE_ID)));
            double seconds = (System.nanoTime() - startNs) / 1e9;
            return exitCode != 0 ? exitCode : report(endpoint, folder, download, seconds);
        }
    }

    private int report(DemoEndpoint endpoint, Path folder, DownloadRun download, double seconds)
            throws IOException, CommandException {
        String expected = endpoint.sha256Hex();
        String actual = FileDigest.sha256Hex(folder.resolve(DemoEndpoint.FILE_ID));
        if (!actual.equals(expected)) {
            throw new CommandException(
                    ExitCode.DIGEST_MISMATCH, "the file on disk has sha256 " + actual + ", expected " + expected);
        }
        System.out.printf(
                Locale.ROOT,
                "Time     %.2f s%nRate     %.1f Mbit/s%nRepaired %d lost packets%nSHA-256  %s, as generated%n",
                seconds,
                sizeBytes * 8 / 1e6 / seconds,
                download.packetsRepaired(),
                actual);
        return ExitCode.OK.number();
    }

    private EndpointOptions endpointOptions(DemoEndpoint endpoint) {
        long readAheadBytes = transport.memory().half().readAheadBytes();
        return new EndpointOptions(
                HttpUrl.get(endpoint.url()),
                "X-Auth-Token",
                RANGE_CONNECTIONS,
                RANGE_BYTES,
                readAheadBytes,
                null,
                false);
    }

    private RelayConditions conditions() {
        long bdpBytes = (long) (rateBits / 8.0 * rtt.toNanos() / 1e9);
        return RelayConditions.NONE
                .withOneWayDelay(rtt.dividedBy(2))
                .withRateBitsPerSecond(rateBits)
                .withQueueBytes((int) Math.max(1 << 18, Math.min(bdpBytes, 1 << 28)))
                .withLossShare(lossShare);
    }

    private static void deleteAll(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
