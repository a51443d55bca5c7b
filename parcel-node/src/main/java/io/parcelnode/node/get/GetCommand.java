package io.parcelnode.node.get;

import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.LogOptions;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.ParcelHome;
import io.parcelnode.node.cli.TransportOptions;
import io.parcelnode.node.cli.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parcel-node get}. */
@Command(
        name = "get",
        description = "Downloads files from a Parcel server, verified.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class GetCommand implements Callable<Integer> {
    private static final int THREADS_MAX = 64;
    private static final int JOBS_MAX = 64;

    @Parameters(paramLabel = "FILE_ID", arity = "0..*", description = "Files to download.")
    private List<String> fileIds = List.of();

    @Option(
            names = {"-i", "--host"},
            paramLabel = "HOST",
            defaultValue = "localhost",
            description = "Server (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "N",
            defaultValue = "9000",
            description = "Its UDP port (default: ${DEFAULT-VALUE}).")
    private int port;

    @ArgGroup
    private TokenFlags token;

    @Option(
            names = {"-m", "--manifest"},
            paramLabel = "FILE",
            description =
                    "Download what this GDC manifest (TSV with a column 'id') or plain list (one id a line) names.")
    private Path manifest;

    @Option(
            names = {"-j", "--jobs"},
            paramLabel = "N",
            defaultValue = "4",
            description = "Large files in flight at once, 1 to 64 (default: ${DEFAULT-VALUE}).")
    private int jobs;

    @Option(
            names = "--failed",
            paramLabel = "FILE",
            description = "Write what could not be downloaded to this manifest, to be given to -m.")
    private Path failed;

    @Option(names = "--dry-run", description = "Download nothing; say what would be.")
    private boolean dryRun;

    @Option(names = "--recheck", description = "Read finished files again, to see that they are what they were.")
    private boolean recheck;

    @Option(
            names = {"-d", "--dir"},
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Where to (default: the current folder).")
    private Path target;

    @Option(
            names = {"-n", "--n-threads"},
            paramLabel = "N",
            defaultValue = "4",
            description = "Encryption threads asked for, 1 to 64 (default: ${DEFAULT-VALUE}).")
    private int threads;

    @ArgGroup
    private IdentityFlags identity;

    @Option(
            names = "--give-up-after",
            paramLabel = "T",
            defaultValue = "10m",
            converter = Units.Time.class,
            description = "Longest time without progress once connected, 1s to 1000h (default: ${DEFAULT-VALUE}).")
    private Duration giveUpAfter;

    @Option(
            names = "--limit",
            paramLabel = "LIMIT",
            defaultValue = "off",
            converter = LimitTimetable.Flag.class,
            description =
                    "Most that the server may send, headers and repeated packets included: a rate such as 200Mbit,"
                            + " 100Kbit to 100Gbit, or rates from times of the day on (local time), such as"
                            + " '08:00,200Mbit 19:00,off' (default: off).")
    private LimitTimetable limit = LimitTimetable.NONE;

    @Option(names = "--json", description = "One JSON object a line on stdout instead of text.")
    private boolean json;

    @Option(
            names = {"-x", "--no-stats"},
            description = "No progress display.")
    private boolean noStats;

    @Mixin
    private TransportOptions transport;

    @Mixin
    private LogOptions log;

    private static final class TokenFlags {
        @Option(
                names = {"-t", "--token-file"},
                paramLabel = "FILE",
                description = "File that holds the token for the endpoint.")
        private Path file;

        @Option(
                names = {"-T", "--token"},
                paramLabel = "TEXT",
                description = "The token itself; other users of this machine may see it.")
        private String text;

        @Option(
                names = "--token-command",
                paramLabel = "CMD",
                description = "Command that prints the token; it is run again when the token is refused.")
        private String command;
    }

    private static final class IdentityFlags {
        @Option(
                names = "--server-fingerprint",
                paramLabel = "sha256:HEX",
                description = "The server's certificate must have this fingerprint.")
        private String fingerprint;

        @Option(
                names = "--ca-file",
                paramLabel = "PEM",
                description = "The server's certificate must be signed by one of these, for the host name.")
        private Path authorities;

        @Option(
                names = "--trust-on-first-use",
                description = "Accept and record a server that is not known yet; a known one must not change.")
        private boolean trustOnFirstUse;
    }

    @Override
    public Integer call() throws Exception {
        Logging.configure(log, json);
        requireInRange("--port", port, 1, 65_535);
        requireInRange("--n-threads", threads, 1, THREADS_MAX);
        requireInRange("--jobs", jobs, 1, JOBS_MAX);
        if (giveUpAfter.compareTo(Duration.ofSeconds(1)) < 0 || giveUpAfter.compareTo(Duration.ofHours(1_000)) > 0) {
            throw new CommandException(
                    ExitCode.USAGE, "--give-up-after " + giveUpAfter.toMillis() + "ms is outside 1s..1000h");
        }
        host = Addresses.withoutBrackets(host);
        List<WantedFile> wanted = wanted();
        requireWritableTarget();
        ServerIdentityCheck check = identityCheck();
        ServerLink link = new ServerLink(host, port, transport.forClient(), threads, check);
        link.memory(transport.memory());
        link.limit(limit, Clock.systemDefaultZone());
        RunOptions options = new RunOptions(target, ParcelHome.path(), giveUpAfter, jobs, recheck, dryRun);
        try (Reporter reporter = json ? new JsonReporter(System.out) : new TextReporter(!noStats)) {
            DownloadRun run = new DownloadRun(link, reporter, tokenSource(), options);
            try {
                return run.run(wanted);
            } finally {
                writeFailed(run.failed());
            }
        }
    }

    private void writeFailed(List<WantedFile> files) throws CommandException {
        if (failed == null) {
            return;
        }
        try {
            Manifest.write(failed, files);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.LOCAL_DISK, "cannot write --failed " + failed + ": " + Messages.of(e), e);
        }
    }

    private List<WantedFile> wanted() throws CommandException {
        List<WantedFile> wanted = new ArrayList<>();
        fileIds.forEach(id -> wanted.add(WantedFile.of(id)));
        if (manifest != null) {
            try {
                wanted.addAll(Manifest.read(manifest));
            } catch (IOException e) {
                throw new CommandException(
                        ExitCode.USAGE, "cannot read --manifest " + manifest + ": " + Messages.of(e), e);
            }
        }
        if (wanted.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, "nothing to download: give a FILE_ID or a --manifest with ids");
        }
        return wanted;
    }

    private TokenSource tokenSource() {
        if (token == null) {
            return TokenSource.fixed(null);
        }
        if (token.command != null) {
            return TokenSource.ofCommand(token.command);
        }
        return token.file != null ? TokenSource.ofFile(token.file) : TokenSource.fixed(token.text);
    }

    private void requireWritableTarget() throws CommandException {
        try {
            Files.createDirectories(target);
            if (!Files.isWritable(target)) {
                throw new CommandException(ExitCode.LOCAL_DISK, "cannot write to the folder " + target);
            }
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.LOCAL_DISK, "cannot create the folder " + target + ": " + Messages.of(e), e);
        }
    }

    private ServerIdentityCheck identityCheck() throws CommandException {
        KnownHosts known = new KnownHosts(ParcelHome.path(), Addresses.key(host, port));
        if (identity == null) {
            return ServerIdentityCheck.known(known, host, false);
        }
        if (identity.fingerprint != null) {
            return ServerIdentityCheck.pinned(identity.fingerprint);
        }
        return identity.authorities != null
                ? ServerIdentityCheck.signedBy(identity.authorities, host)
                : ServerIdentityCheck.known(known, host, identity.trustOnFirstUse);
    }

    private static void requireInRange(String flag, int value, int min, int max) throws CommandException {
        if (value < min || value > max) {
            throw new CommandException(ExitCode.USAGE, flag + " " + value + " is outside " + min + ".." + max);
        }
    }
}
