package io.parcelnode.node.get;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.get.ServerLink.Connection;
import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.nio.UdtConnectException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Everything one {@code get} does: connect, download what is wanted, and connect again as long as progress is made.
 *
 * <p>A first connection that fails ends the run within ten seconds; later ones are tried until nothing has progressed
 * for the time the user allows.
 */
public final class DownloadRun {
    private static final Duration CONNECT = Duration.ofSeconds(9);
    private static final long PAUSE_FIRST_MS = 250;
    private static final long PAUSE_MAX_MS = 5_000;
    private static final long TICK_MS = 200;

    private final ServerLink link;
    private final Reporter reporter;
    private final String token;
    private final Placement placement;
    private final long giveUpNs;
    private final long startNs = System.nanoTime();
    private final AtomicLong progressNs = new AtomicLong(System.nanoTime());
    private volatile Connection connection;
    private volatile boolean givenUp;
    private long packetsRepaired;
    /** Whether any session has been granted: until then there is nothing to be patient for. */
    private boolean worked;

    public DownloadRun(ServerLink link, Reporter reporter, String token, Path folder, Duration giveUpAfter) {
        this.link = link;
        this.reporter = reporter;
        this.token = token;
        this.placement = new Placement(folder);
        this.giveUpNs = giveUpAfter.toNanos();
    }

    /** Returns the exit code; what ends the run before any file is looked at is thrown after the summary. */
    public int run(Collection<String> ids) throws CommandException, IOException, InterruptedException {
        WorkList work = new WorkList();
        for (String id : ids) {
            String refusal = FileIds.refusal(id);
            if (refusal == null) {
                work.add(new Download(id));
            } else {
                finish(work, new Download(id), ExitCode.NO_SUCH_FILE, "no such file: " + refusal);
            }
        }
        ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
        });
        try {
            if (!work.isEmpty()) {
                reporter.connecting(link);
                connection = connectFirst();
                progressNs.set(System.nanoTime());
                ticker.scheduleWithFixedDelay(() -> tick(work), TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
                downloadAll(work);
            }
        } catch (CommandException e) {
            for (Download download : work.takeAll()) {
                work.done(new Outcome(download, e.exitCode(), e.getMessage(), 0));
            }
            reporter.summary(work.outcomes(), seconds());
            throw e;
        } finally {
            ticker.shutdownNow();
            ticker.awaitTermination(1, TimeUnit.SECONDS);
        }
        List<Outcome> outcomes = work.outcomes();
        reporter.summary(outcomes, seconds());
        return exitCode(outcomes);
    }

    /** Data packets that the network lost on their way to us and that came again, over all connections. */
    public long packetsRepaired() {
        return packetsRepaired;
    }

    private void downloadAll(WorkList work) throws CommandException, IOException, InterruptedException {
        long firstNs = connection.startNs();
        int fruitless = 0;
        while (true) {
            long before = work.receivedBytes();
            SessionWorkers workers =
                    new SessionWorkers(link, connection, work, reporter, token, placement, this::onProgress);
            IOException broken = workers.run();
            worked |= workers.isGranted();
            packetsRepaired += connection.stats().packetsLostByUs();
            if (broken == null) {
                close(connection);
                return;
            }
            boolean progressed = work.receivedBytes() > before;
            fruitless = progressed ? 0 : fruitless + 1;
            boolean smaller = !progressed && link.tryStepDown(connection);
            connection.abort();
            if (!worked && (!smaller || System.nanoTime() - firstNs > CONNECT.toNanos())) {
                throw noConnection(broken);
            }
            if (smaller) {
                reporter.note("Large datagrams seem to vanish on this path; trying " + link.mtuBytes() + " bytes");
            } else {
                reporter.note("Connection lost (" + Messages.of(broken) + "); connecting again");
            }
            connection = worked ? reconnect(smaller ? 0 : fruitless, broken, work) : connectFirst();
            if (connection == null) {
                return;
            }
        }
    }

    private Connection connectFirst() throws CommandException {
        try {
            return link.connect(CONNECT);
        } catch (IOException e) {
            throw noConnection(e);
        }
    }

    private static CommandException noConnection(IOException e) {
        return new CommandException(ExitCode.SERVER_LOST, "cannot connect to the server: " + Messages.of(e), e);
    }

    /** Null when it was given up; every file that was still wanted has failed then. */
    private Connection reconnect(int fruitless, IOException broken, WorkList work)
            throws IOException, InterruptedException {
        IOException last = broken;
        for (int attempt = fruitless; ; attempt++) {
            long leftNs = progressNs.get() + giveUpNs - System.nanoTime();
            if (leftNs <= 0 || givenUp) {
                failAll(
                        work,
                        ExitCode.SERVER_LOST,
                        "no progress for " + giveUpNs / 1_000_000_000 + " s: " + Messages.of(last));
                return null;
            }
            if (attempt > 0) {
                long pauseMs = Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS << Math.min(attempt - 1, 5));
                Thread.sleep(Math.min(pauseMs, leftNs / 1_000_000 + 1));
            }
            try {
                Duration timeout = Duration.ofNanos(Math.max(100_000_000, Math.min(leftNs, CONNECT.toNanos())));
                return link.connect(timeout);
            } catch (UdtConnectException e) {
                if (e.reason() == CloseReason.PROTOCOL_MISMATCH) {
                    failAll(work, ExitCode.SERVER_LOST, Messages.of(e));
                    return null;
                }
                last = e;
            } catch (IOException e) {
                last = e;
            } catch (CommandException e) {
                failAll(work, e.exitCode(), e.getMessage());
                return null;
            }
        }
    }

    private void failAll(WorkList work, ExitCode code, String reason) throws IOException {
        for (Download download : work.takeAll()) {
            download.abandon();
            finish(work, download, code, reason);
        }
    }

    private void finish(WorkList work, Download download, ExitCode code, String reason) {
        Outcome outcome = new Outcome(download, code, reason, download.seconds(System.nanoTime()));
        work.done(outcome);
        reporter.done(outcome);
    }

    private void onProgress() {
        progressNs.set(System.nanoTime());
    }

    private void tick(WorkList work) {
        reporter.progress(work.active(), seconds());
        if (System.nanoTime() - progressNs.get() > giveUpNs && !givenUp) {
            givenUp = true;
            // Whoever waits for data that does not come wakes with an exception.
            connection.abort();
        }
    }

    private double seconds() {
        return (System.nanoTime() - startNs) / 1e9;
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            connection.abort(); // Every file is verified and stored; a goodbye more or less changes nothing.
        }
    }

    private static int exitCode(List<Outcome> outcomes) {
        List<ExitCode> kinds = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            if (!outcome.isOk() && !kinds.contains(outcome.code())) {
                kinds.add(outcome.code());
            }
        }
        return switch (kinds.size()) {
            case 0 -> ExitCode.OK.number();
            case 1 -> kinds.get(0).number();
            default -> ExitCode.MIXED_FAILURES.number();
        };
    }
}
