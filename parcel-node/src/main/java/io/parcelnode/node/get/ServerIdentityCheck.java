package io.parcelnode.node.get;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.Terminal;
import io.parcelnode.proto.ServerTrust;
import io.parcelnode.proto.UntrustedServerException;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * How the server is known: by a pinned fingerprint, by named authorities, or by the record in {@code known_hosts} and
 * the JVM's authorities. A server that none of them knows is asked about on a terminal and refused elsewhere.
 */
public final class ServerIdentityCheck {
    private final ServerTrust trust;
    private final KnownHosts knownHosts;
    private final boolean trustOnFirstUse;
    private final Predicate<String> ask;
    private String accepted;

    private ServerIdentityCheck(
            ServerTrust trust, KnownHosts knownHosts, boolean trustOnFirstUse, Predicate<String> ask) {
        this.ask = ask;
        this.trust = trust;
        this.knownHosts = knownHosts;
        this.trustOnFirstUse = trustOnFirstUse;
    }

    public static ServerIdentityCheck pinned(String fingerprint) throws CommandException {
        String plain = fingerprint.strip().toLowerCase(java.util.Locale.ROOT);
        if (!plain.matches("sha256:[0-9a-f]{64}")) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--server-fingerprint '" + fingerprint
                            + "' is not sha256: and 64 hex digits, as the server prints when it is ready");
        }
        return new ServerIdentityCheck(ServerTrust.fingerprint(plain), null, false, question -> false);
    }

    static ServerIdentityCheck signedBy(Path pem, String host) throws CommandException {
        List<X509Certificate> roots = new ArrayList<>();
        try (InputStream in = Files.newInputStream(pem)) {
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                roots.add((X509Certificate) certificate);
            }
        } catch (IOException | CertificateException e) {
            throw new CommandException(ExitCode.USAGE, "cannot read --ca-file " + pem + ": " + Messages.of(e), e);
        }
        if (roots.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, "--ca-file " + pem + " contains no certificate");
        }
        return new ServerIdentityCheck(ServerTrust.authorities(roots, host), null, false, question -> false);
    }

    static ServerIdentityCheck known(KnownHosts knownHosts, String host, boolean trustOnFirstUse)
            throws CommandException {
        return known(knownHosts, host, trustOnFirstUse, ServerIdentityCheck::askOnConsole);
    }

    /** @param ask shows a person a question, and returns whether the answer was yes */
    static ServerIdentityCheck known(KnownHosts knownHosts, String host, boolean trustOnFirstUse, Predicate<String> ask)
            throws CommandException {
        String recorded = knownHosts.fingerprint();
        ServerTrust trust =
                recorded != null ? ServerTrust.fingerprint(recorded) : ServerTrust.authorities(systemRoots(), host);
        ServerIdentityCheck check = new ServerIdentityCheck(trust, knownHosts, trustOnFirstUse, ask);
        check.accepted = recorded;
        return check;
    }

    /** What a new connection is checked with. */
    ServerTrust trust() {
        return knownHosts != null && accepted != null ? ServerTrust.fingerprint(accepted) : trust;
    }

    /** The server was refused: returns if the user accepts it after all, and it should be tried again. */
    void onUntrusted(UntrustedServerException refusal, String server) throws CommandException {
        String shown = refusal.fingerprint();
        if (knownHosts == null) {
            throw new CommandException(
                    ExitCode.SERVER_IDENTITY,
                    "the server " + server + " is not the one you named: " + refusal.getMessage()
                            + "; nothing was sent to it",
                    refusal);
        }
        if (accepted != null) {
            throw new CommandException(
                    ExitCode.SERVER_IDENTITY,
                    "the server " + server + " shows fingerprint " + shown + " but " + knownHosts.file() + " records "
                            + accepted + ": it may be an impostor. Nothing was sent to it. If its operator confirms"
                            + " the change, delete that line",
                    refusal);
        }
        if (!trustOnFirstUse && !ask.test(question(server, shown))) {
            throw new CommandException(
                    ExitCode.SERVER_IDENTITY,
                    "the server " + server + " is not known; it shows fingerprint " + shown
                            + ". Nothing was sent to it. Compare that with what its operator tells you and give"
                            + " --server-fingerprint, or --trust-on-first-use to accept and record it",
                    refusal);
        }
        knownHosts.record(shown);
        accepted = shown;
    }

    private static String question(String server, String fingerprint) {
        return String.format(
                "The server %s is not known. Its fingerprint is%n  %s%nIs that what its operator told you? (yes/no) ",
                server, fingerprint);
    }

    /** Nobody answers where there is no terminal: then the answer is no. */
    static boolean askOnConsole(String question) {
        Console console = Terminal.console();
        return console != null && isYes(console.readLine("%s", question));
    }

    /** @param answer null for none */
    static boolean isYes(String answer) {
        return answer != null && answer.strip().equalsIgnoreCase("yes");
    }

    private static List<X509Certificate> systemRoots() {
        List<X509Certificate> roots = new ArrayList<>();
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager x509) {
                    roots.addAll(List.of(x509.getAcceptedIssuers()));
                }
            }
        } catch (GeneralSecurityException e) {
            return roots; // Without roots of its own the JVM knows nobody.
        }
        return roots;
    }
}
