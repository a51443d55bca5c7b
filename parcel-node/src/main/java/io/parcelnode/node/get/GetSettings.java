package io.parcelnode.node.get;

import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.FlagRange;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.ParcelHome;
import io.parcelnode.node.cli.TransportOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Predicate;

/** What a download is made with: at first what the flags say, at the prompt what was set since. Used by one thread. */
final class GetSettings {
    private static final int THREADS_MAX = 64;
    private static final int JOBS_MAX = 64;

    final ServerFlags server;
    final TransportOptions transport;
    String host;
    int port;
    TokenSource token;
    String tokenOrigin;
    Path folder;
    LimitTimetable limit;
    TransportChoice carrier;
    int threads;
    int jobs;
    Duration giveUpAfter;
    boolean recheck;
    boolean noStats;

    GetSettings(ServerFlags server, TransportOptions transport) {
        this.server = server;
        this.transport = transport;
        token = server.tokenSource();
        tokenOrigin = server.tokenOrigin();
    }

    void requireUsable() throws CommandException {
        host = Addresses.withoutBrackets(host);
        FlagRange.require("--port", port, 1, 65_535);
        FlagRange.require("--n-threads", threads, 1, THREADS_MAX);
        FlagRange.require("--jobs", jobs, 1, JOBS_MAX);
        if (giveUpAfter.compareTo(Duration.ofSeconds(1)) < 0 || giveUpAfter.compareTo(Duration.ofHours(1_000)) > 0) {
            throw new CommandException(
                    ExitCode.USAGE, "--give-up-after " + giveUpAfter.toMillis() + "ms is outside 1s..1000h");
        }
    }

    /**
     * A run with these settings.
     *
     * @param ask for a server that is not known, see {@link ServerFlags#identityCheck}
     */
    DownloadRun newRun(Reporter reporter, boolean dryRun, Predicate<String> ask) throws CommandException {
        requireUsable();
        requireWritable(folder);
        ServerLink link =
                new ServerLink(host, port, transport.forClient(), threads, server.identityCheck(host, port, ask));
        link.transport(carrier);
        link.memory(transport.memory());
        link.limit(limit, Clock.systemDefaultZone());
        RunOptions options = new RunOptions(folder, ParcelHome.path(), giveUpAfter, jobs, recheck, dryRun);
        return new DownloadRun(link, reporter, token, options);
    }

    private static void requireWritable(Path folder) throws CommandException {
        try {
            Files.createDirectories(folder);
            if (!Files.isWritable(folder)) {
                throw new CommandException(ExitCode.LOCAL_DISK, "cannot write to the folder " + folder);
            }
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.LOCAL_DISK, "cannot create the folder " + folder + ": " + Messages.of(e), e);
        }
    }
}
