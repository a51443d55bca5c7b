package io.parcelnode.node.ledger;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.LogOptions;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.ParcelHome;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code parcel-node history}. */
@Command(
        name = "history",
        description = "Lists what a server has served, newest first, from its ledger; also while it runs.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class HistoryCommand implements Callable<Integer> {
    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "State folder of the server (default: $PARCEL_HOME, else ~/.parcel-node).")
    private Path state;

    @Mixin
    private DatabaseOptions database;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only what started since then: 2026-11-25, 2026-11-25T08:00 (local), 2026-11-25T08:00:00Z,"
                    + " or 36h or 7d ago.")
    private String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only what started before.")
    private String until;

    @Option(
            names = "--client",
            paramLabel = "CLIENT",
            description = "Only of this client, by address or by name; * stands for any text.")
    private String client;

    @Option(names = "--file", paramLabel = "ID", description = "Only this file; * stands for any text.")
    private String file;

    @Option(
            names = "--result",
            paramLabel = "RESULT",
            description =
                    "Only what ended so: complete, cancelled, failed, refused, lost (with its server), or running.")
    private String result;

    @Option(names = "--node", paramLabel = "NAME", description = "Only what this server has served.")
    private String node;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "The newest so many, 0 for all (default: ${DEFAULT-VALUE}).")
    private long limit;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Mixin
    private LogOptions log;

    @Override
    public Integer call() throws CommandException, IOException {
        Logging.configure(log, true);
        LedgerFilter filter = filter();
        Path folder = LedgerOptions.folder(state == null ? ParcelHome.path() : state);
        try (HistoryOutput output = json
                // JSON is UTF-8, whatever the locale.
                ? new JsonHistory(new PrintStream(System.out, false, StandardCharsets.UTF_8))
                : new TextHistory(System.out, Clock.systemDefaultZone())) {
            String note = ask(folder, filter, output);
            output.close();
            if (note != null) {
                System.err.println(note);
            }
        }
        return ExitCode.OK.number();
    }

    /** Returns what has to be said about the answer. */
    private String ask(Path folder, LedgerFilter filter, HistoryOutput output) throws CommandException {
        Database postgres = database.postgres();
        if (postgres != null) {
            return askDatabase(postgres, filter, output, null);
        }
        try (SocketQuery server = SocketQuery.connect(folder)) {
            if (server != null) {
                server.transfers(filter, output);
                return server.note();
            }
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.SERVER_LOST, "the server of " + folder + " does not answer: " + Messages.of(e), e);
        }
        if (!EmbeddedDatabase.existsIn(folder)) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "there is no ledger in " + folder
                            + "; name the server's folder with --state-dir, or its database with --database");
        }
        return askDatabase(EmbeddedDatabase.readOnlyIn(folder), filter, output, SpoolFolder.note(folder));
    }

    private static String askDatabase(Database database, LedgerFilter filter, HistoryOutput output, String note)
            throws CommandException {
        try {
            new SqlQuery(database).transfers(filter, output);
            return note;
        } catch (IOException e) {
            throw new CommandException(ExitCode.SERVER_LOST, Messages.of(e), e);
        }
    }

    private LedgerFilter filter() throws CommandException {
        if (limit < 0) {
            throw new CommandException(ExitCode.USAGE, "--limit " + limit + " is below 0");
        }
        List<String> results = List.of("complete", "cancelled", "failed", "refused", "lost", "running");
        if (result != null && !results.contains(result)) {
            throw new CommandException(
                    ExitCode.USAGE, "--result " + result + " is none of " + String.join(", ", results));
        }
        return new LedgerFilter(time("--since", since), time("--until", until), client, file, result, node, limit);
    }

    private static Instant time(String flag, String text) throws CommandException {
        return text == null ? null : PointInTime.parse(flag, text, Clock.systemDefaultZone());
    }
}
