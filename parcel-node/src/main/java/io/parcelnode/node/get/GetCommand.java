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
import io.parcelnode.udt.Congestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
    /** Slower than this the handshake itself would time out. */
    private static final long LIMIT_MIN_BITS = 100_000;

    private static final int TOKEN_MAX_CHARS = 16 * 1024;

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
            paramLabel = "RATE",
            converter = Units.Rate.class,
            description = "Most that the server may send, headers and repeated packets included, such as 200Mbit;"
                    + " 100Kbit to 100Gbit (default: no limit).")
    private Long limitBits;

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
        if (giveUpAfter.compareTo(Duration.ofSeconds(1)) < 0 || giveUpAfter.compareTo(Duration.ofHours(1_000)) > 0) {
            throw new CommandException(
                    ExitCode.USAGE, "--give-up-after " + giveUpAfter.toMillis() + "ms is outside 1s..1000h");
        }
        if (limitBits != null && (limitBits < LIMIT_MIN_BITS || limitBits > Congestion.RATE_MAX_BITS)) {
            throw new CommandException(
                    ExitCode.USAGE, "--limit " + Units.rateFlag(limitBits) + " is outside 100Kbit..100Gbit");
        }
        host = Addresses.withoutBrackets(host);
        Set<String> ids = wantedIds();
        String tokenText = tokenText();
        requireWritableTarget();
        ServerIdentityCheck check = identityCheck();
        ServerLink link = new ServerLink(host, port, transport.forClient(), threads, check);
        link.memory(transport.memory());
        link.limit().set(limitBits == null ? 0 : limitBits);
        try (Reporter reporter = json ? new JsonReporter(System.out) : new TextReporter(!noStats)) {
            return new DownloadRun(link, reporter, tokenText, target, giveUpAfter).run(ids);
        }
    }

    private Set<String> wantedIds() throws CommandException {
        Set<String> ids = new LinkedHashSet<>(fileIds);
        if (manifest != null) {
            try {
                ids.addAll(Manifest.readIds(manifest));
            } catch (IOException e) {
                throw new CommandException(
                        ExitCode.USAGE, "cannot read --manifest " + manifest + ": " + Messages.of(e), e);
            }
        }
        if (ids.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, "nothing to download: give a FILE_ID or a --manifest with ids");
        }
        return ids;
    }

    private String tokenText() throws CommandException {
        if (token == null) {
            return null;
        }
        String text = token.text;
        if (token.file != null) {
            try {
                if (Files.size(token.file) > TOKEN_MAX_CHARS) {
                    throw new CommandException(
                            ExitCode.USAGE, "--token-file " + token.file + " has more than 16 KiB; is it a token?");
                }
                text = Files.readString(token.file);
            } catch (IOException e) {
                throw new CommandException(
                        ExitCode.USAGE, "cannot read --token-file " + token.file + ": " + Messages.of(e), e);
            }
        }
        text = text.strip();
        if (text.isEmpty() || text.length() > TOKEN_MAX_CHARS || !text.chars().allMatch(c -> c >= 0x20 && c <= 0x7E)) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "the token is not usable: it must be 1 to " + TOKEN_MAX_CHARS
                            + " printable ASCII characters on one line");
        }
        return text;
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
