package io.parcelnode.node.ledger;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The flags that name a ledger's database. */
public final class DatabaseOptions {
    @Option(
            names = "--database",
            paramLabel = "URL",
            description =
                    "PostgreSQL for the ledger, jdbc:postgresql://HOST/DATABASE?user=NAME; several servers may share"
                            + " it (default: an embedded database in the state folder).")
    private String url;

    @Option(
            names = "--database-password-file",
            paramLabel = "FILE",
            description = "The database's password; read again at each connection.")
    private Path passwordFile;

    /** PostgreSQL, or null if none is given. */
    Database postgres() throws CommandException {
        if (url == null && passwordFile != null) {
            throw new CommandException(ExitCode.USAGE, "--database-password-file needs --database");
        }
        return url == null ? null : PostgresDatabase.of(url, passwordFile);
    }
}
