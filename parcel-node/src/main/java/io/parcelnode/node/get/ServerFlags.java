package io.parcelnode.node.get;

import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ParcelHome;
import java.nio.file.Path;
import java.util.function.Predicate;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The flags that say which server is asked, how it is known, and with what token. */
final class ServerFlags {
    @Option(
            names = {"-i", "--host"},
            paramLabel = "HOST",
            defaultValue = "localhost",
            description = "Server (default: ${DEFAULT-VALUE}).")
    String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "N",
            defaultValue = "9000",
            description = "Its port, for UDP and TCP (default: ${DEFAULT-VALUE}).")
    int port;

    @ArgGroup
    private TokenFlags token;

    @ArgGroup
    private IdentityFlags identity;

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

    TokenSource tokenSource() {
        if (token == null) {
            return TokenSource.fixed(null);
        }
        if (token.command != null) {
            return TokenSource.ofCommand(token.command);
        }
        return token.file != null ? TokenSource.ofFile(token.file) : TokenSource.fixed(token.text);
    }

    /** Whence the token comes, without a word of it. */
    String tokenOrigin() {
        if (token == null) {
            return "none";
        }
        if (token.command != null) {
            return "from --token-command";
        }
        return token.file != null ? "from the file " + token.file : "given";
    }

    /**
     * How a server is known that may be another one than the flags name.
     *
     * @param ask shows a person a question about a server that is not known, and returns whether it was accepted
     */
    ServerIdentityCheck identityCheck(String ofHost, int ofPort, Predicate<String> ask) throws CommandException {
        if (identity != null && identity.fingerprint != null) {
            return ServerIdentityCheck.pinned(identity.fingerprint);
        }
        if (identity != null && identity.authorities != null) {
            return ServerIdentityCheck.signedBy(identity.authorities, ofHost);
        }
        KnownHosts known = new KnownHosts(ParcelHome.path(), Addresses.key(ofHost, ofPort));
        return ServerIdentityCheck.known(known, ofHost, identity != null && identity.trustOnFirstUse, ask);
    }

    void pin(String fingerprint) {
        identity = new IdentityFlags();
        identity.fingerprint = fingerprint;
    }
}
