package io.parcelnode.node.get;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.LogFormat;
import io.parcelnode.node.cli.LogOptions;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.Terminal;
import io.parcelnode.node.cli.TransportOptions;
import io.parcelnode.node.cli.Units;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parcel-node get}. */
@Command(
        name = "get",
        description = {
            "Downloads files from a Parcel server, verified.",
            "With neither FILE_ID nor --manifest it opens a prompt on a terminal; 'help' there lists its verbs."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class GetCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE_ID", arity = "0..*", description = "Files to download.")
    private List<String> fileIds = List.of();

    @Mixin
    private ServerFlags server;

    @Option(
            names = {"-m", "--manifest"},
            paramLabel = "FILE",
            description =
                    "Download what this GDC manifest (TSV with a column 'id') or plain list (one id a line) names.")
    private Path manifest;

    @Option(
            names = {"-j", "--jobs"},
            paramLabel = "N",
            defaultValue = "4",
            description = "Large files in flight at once, 1 to 64 (default: ${DEFAULT-VALUE}).")
    private int jobs;

    @Option(
            names = "--failed",
            paramLabel = "FILE",
            description = "Write what could not be downloaded to this manifest, to be given to -m.")
    private Path failed;

    @Option(names = "--dry-run", description = "Download nothing; say what would be.")
    private boolean dryRun;

    @Option(names = "--recheck", description = "Read finished files again, to see that they are what they were.")
    private boolean recheck;

    @Option(
            names = {"-d", "--dir"},
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Where to (default: the current folder).")
    private Path target;

    @Option(
            names = {"-n", "--n-threads"},
            paramLabel = "N",
            defaultValue = "4",
            description = "Encryption threads asked for, 1 to 64 (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--give-up-after",
            paramLabel = "T",
            defaultValue = "10m",
            converter = Units.Time.class,
            description = "Longest time without progress once connected, 1s to 1000h (default: ${DEFAULT-VALUE}).")
    private Duration giveUpAfter;

    @Option(
            names = "--limit",
            paramLabel = "LIMIT",
            defaultValue = "off",
            converter = LimitTimetable.Flag.class,
            description =
                    "Most that the server may send, headers and repeated packets included: a rate such as 200Mbit,"
                            + " 100Kbit to 100Gbit, or rates from times of the day on (local time), such as"
                            + " '08:00,200Mbit 19:00,off' (default: off).")
    private LimitTimetable limit = LimitTimetable.NONE;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            defaultValue = "auto",
            converter = TransportChoice.Flag.class,
            description = "udt, tcp, or auto: UDT, and TCP where UDP does not pass or brings less (default:"
                    + " ${DEFAULT-VALUE}).")
    private TransportChoice carrier = TransportChoice.AUTO;

    @Option(names = "--json", description = "One JSON object a line on stdout instead of text.")
    private boolean json;

    @Option(
            names = {"-x", "--no-stats"},
            description = "No progress display.")
    private boolean noStats;

    @Mixin
    private TransportOptions transport;

    @Mixin
    private LogOptions log;

    @Override
    public Integer call() throws Exception {
        Logging.configure(log, json);
        GetSettings settings = settings();
        settings.requireUsable();
        if (fileIds.isEmpty() && manifest == null && !json && failed == null && Terminal.console() != null) {
            return Prompt.open(settings);
        }
        return download(settings, wanted());
    }

    private int download(GetSettings settings, List<WantedFile> wanted)
            throws CommandException, IOException, InterruptedException {
        Reporter reporter =
                json ? new JsonReporter(System.out) : new TextReporter(!noStats && log.format == LogFormat.TEXT);
        DownloadRun run = settings.newRun(reporter, dryRun, ServerIdentityCheck::askOnConsole);
        try (OrderlyEnd end = new OrderlyEnd(run::cancel);
                reporter) {
            try {
                return run.run(wanted);
            } finally {
                writeFailed(run.failed());
            }
        }
    }

    private GetSettings settings() {
        GetSettings settings = new GetSettings(server, transport);
        settings.host = server.host;
        settings.port = server.port;
        settings.folder = target;
        settings.limit = limit;
        settings.carrier = carrier;
        settings.threads = threads;
        settings.jobs = jobs;
        settings.giveUpAfter = giveUpAfter;
        settings.recheck = recheck;
        settings.noStats = noStats;
        return settings;
    }

    private void writeFailed(List<WantedFile> files) throws CommandException {
        if (failed == null) {
            return;
        }
        try {
            Manifest.write(failed, files);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.LOCAL_DISK, "cannot write --failed " + failed + ": " + Messages.of(e), e);
        }
    }

    private List<WantedFile> wanted() throws CommandException {
        List<WantedFile> wanted = new ArrayList<>();
        fileIds.forEach(id -> wanted.add(WantedFile.of(id)));
        if (manifest != null) {
            wanted.addAll(Manifest.readNamed("--manifest", manifest));
        }
        if (wanted.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, "nothing to download: give a FILE_ID or a --manifest with ids");
        }
        return wanted;
    }
}
