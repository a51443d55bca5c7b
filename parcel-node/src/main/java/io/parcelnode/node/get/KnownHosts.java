package io.parcelnode.node.get;

import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.ParcelHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file {@code known_hosts}: a line {@code HOST:PORT sha256:HEX} for each server that was accepted before. */
final class KnownHosts {
    private final Path home;
    private final String server;

    /** @param server {@code HOST:PORT} in the spelling of {@link Addresses#key} */
    KnownHosts(Path home, String server) {
        this.home = home;
        this.server = server;
    }

    Path file() {
        return home.resolve("known_hosts");
    }

    /** The fingerprint on record, null if there is none. */
    String fingerprint() throws CommandException {
        try {
            if (!Files.exists(file())) {
                return null;
            }
            for (String line : Files.readAllLines(file())) {
                String[] words = line.strip().split("\\s+");
                if (key(words[0]).equals(server)) {
                    return requireFingerprint(words);
                }
            }
            return null;
        } catch (IOException e) {
            throw new CommandException(ExitCode.SERVER_IDENTITY, "cannot read " + file() + ": " + Messages.of(e), e);
        }
    }

    void record(String fingerprint) throws CommandException {
        ParcelHome.create(home);
        try {
            Files.writeString(
                    file(),
                    (endsWithin(file()) ? System.lineSeparator() : "")
                            + server
                            + ' '
                            + fingerprint
                            + System.lineSeparator(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new CommandException(ExitCode.LOCAL_DISK, "cannot write " + file() + ": " + Messages.of(e), e);
        }
    }

    /** A line that somebody wrote may spell the host otherwise. */
    private static String key(String word) {
        int colon = word.lastIndexOf(':');
        return colon > 0 && word.substring(colon + 1).matches("\\d{1,5}")
                ? Addresses.key(word.substring(0, colon), Integer.parseInt(word.substring(colon + 1)))
                : word;
    }

    /** A line that was typed by hand may lack its end; ours must not go on there. */
    private static boolean endsWithin(Path file) throws IOException {
        return Files.exists(file)
                && Files.size(file) > 0
                && !Files.readString(file).endsWith("\n");
    }

    /** Taking a damaged entry for none would let an impostor in on first use. */
    private String requireFingerprint(String[] words) throws CommandException {
        if (words.length != 2 || !words[1].matches("sha256:[0-9a-f]{64}")) {
            throw new CommandException(
                    ExitCode.SERVER_IDENTITY,
                    "the line for " + server + " in " + file() + " is not HOST:PORT sha256:HEX; correct or delete it");
        }
        return words[1];
    }
}
