package io.parcelnode.node.ledger;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.Units;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import okhttp3.HttpUrl;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The flags of {@code serve} about its ledger. */
public final class LedgerOptions {
    private static final String FOLDER = "ledger";
    private static final String TOKEN_KEY = "token-key";
    private static final int NODE_CHARS_MAX = 100;
    private static final long SPOOL_MIN_BYTES = 16 << 20;

    /** Whoever says whose a token is, is believed as the endpoint is. */
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Mixin
    private DatabaseOptions database;

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "Name of this server in the ledger (default: the host's name).")
    private String node;

    @Option(
            names = "--who-claim",
            paramLabel = "NAME",
            description = "Claim of the clients' JWTs that names the person, such as sub or context.user.name; without"
                    + " it, and for other tokens, the ledger has a keyed hash of the token.")
    private String claim;

    @Option(
            names = "--whoami-url",
            paramLabel = "URL",
            description =
                    "Ask there whose a token is, once for each; the token goes along in the endpoint's header. For"
                            + " tokens without the claim.")
    private String whoamiUrl;

    @Option(
            names = "--whoami-field",
            paramLabel = "NAME",
            defaultValue = "username",
            description = "Field of the JSON answered there that names the person (default: ${DEFAULT-VALUE}).")
    private String whoamiField;

    @Option(
            names = "--token-key",
            paramLabel = "FILE",
            description = "Key of the tokens' hashes, 64 hex digits; servers with the same key have the same hashes"
                    + " (default: made once in the state folder).")
    private Path tokenKey;

    @Option(
            names = "--ledger-keep",
            paramLabel = "T",
            converter = Units.Time.class,
            description = "Delete records that are older, from 1d (default: keep all).")
    private Duration keep;

    @Option(
            names = "--ledger-spool",
            paramLabel = "BYTES",
            defaultValue = "1G",
            converter = Units.Size.class,
            description = "Most that records may take on the disk while the database is away, from 16M"
                    + " (default: ${DEFAULT-VALUE}).")
    private long spoolBytesMax;

    @Option(names = "--no-ledger", description = "Keep no record of sessions and transfers.")
    private boolean off;

    /**
     * Checks the flags, and opens the ledger in the state folder; does not wait for the database.
     *
     * @param tokenHeader carries a client's token to the endpoint; null for files of a folder, where nobody checks tokens
     * @return null for {@code --no-ledger}
     */
    public Ledger open(Path state, String tokenHeader) throws CommandException {
        Database postgres = database.postgres();
        requireSound(tokenHeader);
        Whoami.Question whoami = whoami(tokenHeader);
        if (off) {
            return null;
        }
        Path folder = folder(state);
        try {
            PrivateFiles.createFolder(folder);
            TokenKey key =
                    tokenKey == null ? TokenKey.readOrMake(folder.resolve(TOKEN_KEY), new SecureRandom()) : givenKey();
            return Ledger.open(new Ledger.Settings(
                    folder,
                    postgres == null ? EmbeddedDatabase.in(folder) : postgres,
                    LedgerText.clean(node == null ? hostName() : node, NODE_CHARS_MAX),
                    new Identities(key, claim),
                    whoami,
                    key.id(),
                    keep,
                    spoolBytesMax,
                    Clock.systemUTC()));
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.LOCAL_DISK,
                    "cannot keep the ledger in " + folder + ": " + Messages.of(e)
                            + "; make the folder writable, name another with --state-dir, or give --no-ledger",
                    e);
        }
    }

    /** Finds the faults that {@link #open} would, and makes nothing. */
    public void check(Path state, String tokenHeader) throws CommandException {
        database.postgres();
        requireSound(tokenHeader);
        whoami(tokenHeader);
        Path kept = folder(state).resolve(TOKEN_KEY);
        if (off) {
            return;
        }
        if (tokenKey != null) {
            givenKey();
        } else if (Files.exists(kept)) {
            try {
                TokenKey.read(kept);
            } catch (IOException e) {
                throw new CommandException(ExitCode.LOCAL_DISK, "cannot keep the ledger: " + Messages.of(e), e);
            }
        }
    }

    private void requireSound(String tokenHeader) throws CommandException {
        if (node != null && (node.isBlank() || node.length() > NODE_CHARS_MAX)) {
            throw new CommandException(ExitCode.USAGE, "--node takes a name of 1 to " + NODE_CHARS_MAX + " characters");
        }
        if ((claim != null || whoamiUrl != null) && tokenHeader == null) {
            throw new CommandException(
                    ExitCode.USAGE,
                    (claim == null ? "--whoami-url" : "--who-claim")
                            + " needs --data-server-url: nobody checks the tokens of those who ask for a folder's files");
        }
        if (spoolBytesMax < SPOOL_MIN_BYTES) {
            throw new CommandException(
                    ExitCode.USAGE, "--ledger-spool " + spoolBytesMax + " is below " + SPOOL_MIN_BYTES);
        }
        if (keep != null && keep.compareTo(Duration.ofDays(1)) < 0) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--ledger-keep " + Units.describeTime(keep) + " is below a day; write such as 400d");
        }
    }

    /** Where the ledger is in a state folder. */
    static Path folder(Path state) {
        return state.resolve(FOLDER);
    }

    private Whoami.Question whoami(String tokenHeader) throws CommandException {
        if (whoamiUrl == null) {
            return null;
        }
        HttpUrl url = HttpUrl.parse(whoamiUrl);
        if (url == null || !url.username().isEmpty() || !url.password().isEmpty()) {
            throw new CommandException(
                    ExitCode.USAGE, "--whoami-url is not an http or https address without user name and password");
        }
        Path authorities = command.findOption("--upstream-ca").getValue();
        boolean insecure = command.findOption("--upstream-insecure").getValue();
        try {
            return new Whoami.Question(url, tokenHeader, whoamiField, Whoami.client(authorities, insecure));
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE, "cannot use --upstream-ca: " + Messages.of(e), e);
        }
    }

    private TokenKey givenKey() throws CommandException {
        try {
            return TokenKey.read(tokenKey);
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE, "cannot use --token-key: " + Messages.of(e), e);
        }
    }

    /** Where it can be had without asking a name server, which may take its time. */
    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException unknown) {
                return "localhost"; // A host that does not know its own name.
            }
        }
    }
}
