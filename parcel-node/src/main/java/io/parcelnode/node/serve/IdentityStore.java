package io.parcelnode.node.serve;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.ParcelHome;
import io.parcelnode.proto.ServerIdentity;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;

/** Where a server's certificate comes from: files that the operator names, or one made once in the state folder. */
final class IdentityStore {
    private static final String CERTIFICATE = "server-cert.pem";
    private static final String KEY = "server-key.pem";
    private static final String LOCK = "server-cert.lock";

    private IdentityStore() {}

    static ServerIdentity fromFiles(Path certificate, Path key) throws CommandException {
        try {
            return ServerIdentity.fromPem(certificate, key);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "cannot read the server identity from " + certificate + " and " + key + ": " + Messages.of(e),
                    e);
        }
    }

    /** Finds a fault in an identity that was made earlier; makes none. */
    static void readIfMade(Path state) throws CommandException {
        Path certificate = state.resolve(CERTIFICATE);
        Path key = state.resolve(KEY);
        try {
            if (Files.exists(certificate) && Files.exists(key)) {
                ServerIdentity.fromPem(certificate, key);
            }
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.LOCAL_DISK, "cannot use the server identity in " + state + ": " + Messages.of(e), e);
        }
    }

    static ServerIdentity fromState(Path state) throws CommandException {
        ParcelHome.create(state);
        Path certificate = state.resolve(CERTIFICATE);
        Path key = state.resolve(KEY);
        // Two servers that start at once in a fresh folder must end up with one identity.
        try (FileChannel channel =
                        FileChannel.open(state.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assert lock.isValid();
            if (!Files.exists(certificate) || !Files.exists(key)) {
                ServerIdentity.selfSigned(new SecureRandom()).writePem(certificate, key);
            }
            return ServerIdentity.fromPem(certificate, key);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.LOCAL_DISK,
                    "cannot keep the server identity in " + state + ": " + Messages.of(e)
                            + "; make the folder writable or name another with --state-dir",
                    e);
        }
    }
}
