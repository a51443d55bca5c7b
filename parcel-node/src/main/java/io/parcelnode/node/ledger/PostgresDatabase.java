package io.parcelnode.node.ledger;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.Redaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** PostgreSQL, shared by several servers. */
final class PostgresDatabase implements Database {
    static final String PREFIX = "jdbc:postgresql:";
    private static final Pattern PASSWORD = Pattern.compile("[?&](password|sslpassword)=", Pattern.CASE_INSENSITIVE);

    // The driver would tell its troubles on stderr; we tell them in our log. Held, because the JDK forgets loggers.
    private static final Logger DRIVER_LOG = Logger.getLogger("org.postgresql");

    static {
        DRIVER_LOG.setLevel(Level.OFF);
    }

    private final String url;
    private final Path passwordFile;
    private final Properties parsed;

    private PostgresDatabase(String url, Path passwordFile, Properties parsed) {
        this.url = url;
        this.passwordFile = passwordFile;
        this.parsed = parsed;
    }

    /**
     * @param passwordFile read at each connection, so that passwords can change; null for none
     * @throws CommandException if the URL is none of PostgreSQL's, or holds a password
     */
    static PostgresDatabase of(String url, Path passwordFile) throws CommandException {
        Properties parsed = url.startsWith(PREFIX) ? Driver.parseURL(url, null) : null;
        if (parsed == null) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--database " + withoutSecrets(url) + " is not a database that this server knows;"
                            + " write jdbc:postgresql://HOST[:PORT]/DATABASE?user=NAME");
        }
        if (PASSWORD.matcher(url).find()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--database " + withoutSecrets(url) + " contains a password, which everybody on this machine"
                            + " could see; give it with --database-password-file");
        }
        PostgresDatabase database = new PostgresDatabase(url, passwordFile, parsed);
        try {
            database.password();
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE, "cannot read --database-password-file: " + Messages.of(e), e);
        }
        return database;
    }

    @Override
    public Connection connect() throws SQLException {
        Properties properties = new Properties();
        // What the URL says, goes first.
        PGProperty.APPLICATION_NAME.set(properties, "parcel-node");
        PGProperty.CONNECT_TIMEOUT.set(properties, 10);
        PGProperty.SOCKET_TIMEOUT.set(properties, 30);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.REWRITE_BATCHED_INSERTS.set(properties, true);
        try {
            String password = password();
            if (password != null) {
                PGProperty.PASSWORD.set(properties, password);
            }
        } catch (IOException e) {
            throw new SQLException("cannot read the password: " + Messages.of(e), e);
        }
        return new Driver().connect(url, properties);
    }

    @Override
    public String upsert(String table, List<String> columns) {
        return Database.insert(table, columns) + " ON CONFLICT (id) DO UPDATE SET "
                + columns.stream()
                        .filter(column -> !column.equals("id"))
                        .map(column -> column + " = EXCLUDED." + column)
                        .collect(Collectors.joining(", "));
    }

    /** Its commits do not return before. */
    @Override
    public void force(Connection connection) {}

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public String text() {
        return PREFIX + "//" + PGProperty.PG_HOST.getOrDefault(parsed) + ":" + PGProperty.PG_PORT.getOrDefault(parsed)
                + "/" + PGProperty.PG_DBNAME.getOrDefault(parsed);
    }

    private String password() throws IOException {
        if (passwordFile == null) {
            return null;
        }
        String password = Files.readString(passwordFile).strip();
        Redaction.remember(password);
        return password;
    }

    /** Nothing of a URL behind its database's name: parameters may have any name. */
    private static String withoutSecrets(String url) {
        String plain = Redaction.of(Messages.onOneLine(url));
        int parameters = plain.indexOf('?');
        return parameters < 0 ? plain : plain.substring(0, parameters) + "?…";
    }
}
