package io.parcelnode.node.serve;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.ParcelHome;
import io.parcelnode.proto.ServerIdentity;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The flags of {@code serve} about who it is, and where it keeps that and the rest of its state. */
final class IdentityFlags {
    @Option(names = "--tls-cert", paramLabel = "FILE", description = "Certificate (PEM, chain may follow).")
    private Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key (PEM).")
    private Path key;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description =
                    "Where the server keeps its identity and its ledger (default: $PARCEL_HOME, else ~/.parcel-node).")
    private Path state;

    Path stateFolder() {
        return state == null ? ParcelHome.path() : state;
    }

    /** Made in the state folder if it is not there and none is named. */
    ServerIdentity identity() throws CommandException {
        requirePair();
        return certificate == null ? IdentityStore.fromState(stateFolder()) : IdentityStore.fromFiles(certificate, key);
    }

    /** As it is in its files now. One that the server has made itself does not change. */
    ServerIdentity identityAgain(IdentityFlags before, ServerIdentity inForce) throws CommandException {
        return certificate == null && before.certificate == null ? inForce : identity();
    }

    /** Finds the faults that {@link #identity} would, and makes nothing. */
    void check() throws CommandException {
        requirePair();
        if (certificate != null) {
            IdentityStore.fromFiles(certificate, key);
        }
        Preflight.requireUsable(stateFolder());
    }

    private void requirePair() throws CommandException {
        if ((certificate == null) != (key == null)) {
            throw new CommandException(ExitCode.USAGE, "--tls-cert and --tls-key belong together; give both or none");
        }
    }
}
