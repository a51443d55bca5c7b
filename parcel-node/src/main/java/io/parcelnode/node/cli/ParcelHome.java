package io.parcelnode.node.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder that survives runs: server identity, known hosts. */
public final class ParcelHome {
    private ParcelHome() {}

    /** {@code $PARCEL_HOME}, else {@code ~/.parcel-node}. */
    public static Path path() {
        String configured = System.getenv("PARCEL_HOME");
        return configured == null || configured.isBlank()
                ? Path.of(System.getProperty("user.home"), ".parcel-node")
                : Path.of(configured);
    }

    public static Path create(Path home) throws CommandException {
        try {
            return Files.createDirectories(home);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.LOCAL_DISK,
                    "cannot create the state folder " + home + ": " + Messages.of(e)
                            + "; make it writable or set PARCEL_HOME to another folder",
                    e);
        }
    }
}
