package io.parcelnode.node.get;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.get.ServerLink.Connection;
import io.parcelnode.proto.ServerLeavingException;
import io.parcelnode.udt.CloseReason;
import io.parcelnode.udt.nio.UdtConnectException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything one {@code get} does: connect, download what is wanted, and connect again as long as progress is made.
 *
 * <p>A first connection that fails ends the run within ten seconds; later ones are tried until nothing has progressed
 * for the time the user allows.
 */
public final class DownloadRun {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.CLIENT);
    private static final Duration CONNECT = Duration.ofSeconds(9);
    private static final long PAUSE_FIRST_MS = 250;
    private static final long PAUSE_MAX_MS = 5_000;
    private static final long TICK_MS = 200;
    private static final long PAUSE_TOLD_MIN_S = 2;
    private static final long PAUSE_TOLD_EVERY_NS = 60_000_000_000L;
    private static final String CANCELLED = "cancelled; what has come of it stays";

    private final ServerLink link;
    private final Reporter reporter;
    private final RunOptions options;
    private final Disk disk;
    private final Tokens tokens;
    private final BusyServer busy;
    private final TransportProbe probe;
    private final WorkList work = new WorkList();
    private final SizeGuess guess = new SizeGuess();
    private final TransferMeter meter = new TransferMeter();
    private final long giveUpNs;
    private final long startNs = System.nanoTime();
    private final AtomicLong progressNs = new AtomicLong(System.nanoTime());
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private volatile Connection connection;
    private Connection last;
    private volatile boolean givenUp;
    private long pauseToldAgainNs = startNs; // By the ticking thread alone.
    // Guarded by this.
    private Thread connecting;
    private List<WantedFile> all = List.of();
    private long packetsRepaired;
    /** Whether any session has been granted: until then there is nothing to be patient for. */
    private boolean worked;

    public DownloadRun(ServerLink link, Reporter reporter, TokenSource token, RunOptions options) {
        this(link, reporter, token, options, Disk.LOCAL);
    }

    DownloadRun(ServerLink link, Reporter reporter, TokenSource token, RunOptions options, Disk disk) {
        this.disk = disk;
        this.link = link;
        this.reporter = reporter;
        this.options = options;
        this.giveUpNs = options.giveUpAfter().toNanos();
        this.tokens = new Tokens(token, this::leftNs, reporter::note);
        this.busy = new BusyServer(startNs, this::leftNs, reporter::note);
        this.probe = new TransportProbe(link, work, reporter, () -> tokens.isWaiting() || busy.isWaiting());
    }

    /** Returns the exit code; what ends the run before any file is looked at is thrown after the summary. */
    public int run(Collection<WantedFile> wanted) throws CommandException, IOException, InterruptedException {
        all = List.copyOf(wanted);
        tokens.readFirst();
        RunParts parts = new RunParts(
                options,
                new Placement(options.folder()),
                new FinishedFiles(
                        options.home(),
                        options.folder(),
                        all.stream().map(WantedFile::id).collect(Collectors.toSet())),
                tokens,
                busy,
                reporter,
                ConcurrentHashMap.newKeySet(),
                meter.files(),
                disk,
                this::onProgress);
        reporter.planning(wanted.size());
        Plan.make(wanted, parts, work);
        ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
        });
        try {
            if (!work.isEmpty()) {
                tokens.requireRead();
                reporter.connecting(link);
                connection = connectFirst();
                meter.start(System.nanoTime());
                progressNs.set(System.nanoTime());
                ticker.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
                downloadAll(parts);
            }
            failAll(ExitCode.MIXED_FAILURES, "internal error: it was forgotten");
        } catch (CommandException e) {
            for (Download download : work.takeAll()) {
                abandon(download);
                work.done(new Outcome(download, e.exitCode(), e.getMessage(), 0));
            }
            RunSummary ended = summary();
            reporter.summary(ended);
            ExitCode code = exitCode(ended.outcomes());
            throw code == e.exitCode() ? e : new CommandException(code, e.getMessage(), e);
        } finally {
            ticker.shutdownNow();
            ticker.awaitTermination(1, TimeUnit.SECONDS);
            parts.folders().forEach(PartFile::forceFolder);
        }
        RunSummary summary = summary();
        reporter.summary(summary);
        return exitCode(summary.outcomes()).number();
    }

    /** Ends the run soon, as interrupted; what has come stays for the next one. Any thread. */
    public void cancel() {
        Connection open;
        synchronized (this) {
            cancelled.countDown();
            if (connecting != null) {
                connecting.interrupt();
            }
            open = connection;
        }
        tokens.cancel();
        if (open != null) {
            open.abort();
        }
    }

    private boolean isCancelled() {
        return cancelled.getCount() == 0;
    }

    /** What has not come, as it was asked for; after {@link #run}, whichever way that ended. */
    public List<WantedFile> failed() {
        Set<String> ok = work.outcomes().stream()
                .filter(Outcome::isOk)
                .map(outcome -> outcome.download().id())
                .collect(Collectors.toSet());
        return all.stream().filter(one -> !ok.contains(one.id())).distinct().toList();
    }

    /** Data packets that the network lost on their way to us and that came again, over all connections. */
    public long packetsRepaired() {
        return packetsRepaired;
    }

    private void downloadAll(RunParts parts) throws CommandException, IOException, InterruptedException {
        last = connection;
        long firstNs = connection.startNs();
        int fruitless = 0;
        while (true) {
            long before = work.fetchedBytes();
            SessionWorkers workers = new SessionWorkers(link, connection, work, parts, guess);
            probe.onConnected(workers, connection);
            IOException broken = workers.run();
            probe.onEnded(broken);
            // A server that sends us away has been heard well enough.
            boolean sentAway = broken instanceof ServerLeavingException;
            worked |= workers.isGranted() || sentAway;
            packetsRepaired += connection.stats().packetsLostByUs();
            if (broken == null) {
                close(connection);
                meter.onConnectionEnded(connection, System.nanoTime());
                return;
            }
            if (isCancelled()) {
                connection.abort();
                meter.onConnectionEnded(connection, System.nanoTime());
                failAll(ExitCode.INTERRUPTED, CANCELLED);
                return;
            }
            boolean moved = broken instanceof TransportProbe.MovedException;
            boolean progressed = moved || work.fetchedBytes() > before;
            fruitless = progressed ? 0 : fruitless + 1;
            boolean smaller = !progressed && !sentAway && link.tryStepDown(connection);
            if (!moved) {
                connection.abort();
            }
            long lostNs = System.nanoTime();
            meter.onConnectionEnded(connection, lostNs);
            if (!worked && (!smaller || System.nanoTime() - firstNs > CONNECT.toNanos())) {
                throw noConnection(broken);
            }
            if (smaller) {
                reporter.note("Large datagrams seem to vanish on this path; trying " + link.mtuBytes() + " bytes");
            } else if (!moved) {
                reporter.note("Connection lost (" + Messages.of(broken) + "); connecting again");
            }
            connection = worked ? reconnect(smaller ? 0 : fruitless, broken) : connectFirst();
            meter.onDisconnected(System.nanoTime() - lostNs);
            if (connection == null) {
                return;
            }
            last = connection;
        }
    }

    private RunSummary summary() {
        Bottleneck bottleneck = options.dryRun() ? null : meter.bottleneck(System.nanoTime());
        return new RunSummary(
                work.outcomes(), seconds(), options.dryRun(), bottleneck, last == null ? null : PathFigures.of(last));
    }

    private Connection connectFirst() throws CommandException {
        try {
            return connect(CONNECT);
        } catch (IOException e) {
            throw noConnection(e);
        }
    }

    private Connection connect(Duration timeout) throws IOException, CommandException {
        synchronized (this) {
            requireWanted();
            connecting = Thread.currentThread();
        }
        Connection made = null;
        try {
            made = link.connect(timeout);
        } catch (IOException e) {
            if (!isCancelled()) {
                throw e;
            }
        } finally {
            synchronized (this) {
                connecting = null;
                connection = made == null ? connection : made;
            }
        }
        if (isCancelled()) {
            Thread.interrupted(); // It was meant for the connecting alone.
            if (made != null) {
                made.abort();
            }
            requireWanted();
        }
        return made;
    }

    private void requireWanted() throws CommandException {
        if (isCancelled()) {
            throw new CommandException(ExitCode.INTERRUPTED, CANCELLED);
        }
    }

    private static CommandException noConnection(IOException e) {
        return new CommandException(ExitCode.SERVER_LOST, "cannot connect to the server: " + Messages.of(e), e);
    }

    /** Null when it was given up; every file that was still wanted has failed then. */
    private Connection reconnect(int fruitless, IOException broken) throws InterruptedException {
        IOException last = broken;
        for (int attempt = fruitless; ; attempt++) {
            if (isCancelled()) {
                failAll(ExitCode.INTERRUPTED, CANCELLED);
                return null;
            }
            long leftNs = leftNs();
            if (leftNs <= 0 || givenUp) {
                failAll(
                        ExitCode.SERVER_LOST,
                        "no progress for " + giveUpNs / 1_000_000_000 + " s: " + Messages.of(last));
                return null;
            }
            if (attempt > 0) {
                long pauseMs = Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS << Math.min(attempt - 1, 5));
                cancelled.await(Math.min(pauseMs, leftNs / 1_000_000 + 1), TimeUnit.MILLISECONDS);
            }
            try {
                Duration timeout = Duration.ofNanos(Math.max(100_000_000, Math.min(leftNs, CONNECT.toNanos())));
                return connect(timeout);
            } catch (UdtConnectException e) {
                if (e.reason() == CloseReason.PROTOCOL_MISMATCH) {
                    failAll(ExitCode.SERVER_LOST, Messages.of(e));
                    return null;
                }
                last = e;
            } catch (IOException e) {
                last = e;
            } catch (CommandException e) {
                failAll(e.exitCode(), e.getMessage());
                return null;
            }
        }
    }

    private void failAll(ExitCode code, String reason) throws InterruptedException {
        for (Download download : work.takeAll()) {
            abandon(download);
            Outcome outcome = new Outcome(download, code, reason, download.seconds(System.nanoTime()));
            work.done(outcome);
            reporter.done(outcome);
        }
    }

    private static void abandon(Download download) throws InterruptedException {
        try {
            download.abandon();
        } catch (IOException e) {
            return; // The reason that ends it is the better one.
        }
    }

    private void onProgress() {
        progressNs.set(System.nanoTime());
    }

    private long leftNs() {
        return isCancelled() ? 0 : progressNs.get() + giveUpNs - System.nanoTime();
    }

    private void tick() {
        try {
            if (link.limit().keep()) {
                reporter.limited(link.limit().bitsPerSecond());
            }
            reporter.progress(work.active(), seconds());
            tellPause();
            probe.tick();
        } catch (RuntimeException e) {
            LOG.debug("Showing progress failed", e); // What ends a run that does not move must go on.
        }
        endIfStuck();
    }

    /** An endpoint that is busy says so again and again; people want to know it once in a while. */
    private void tellPause() {
        Duration pause = connection.session().takePause();
        long nowNs = System.nanoTime();
        if (pause != null && pause.toSeconds() >= PAUSE_TOLD_MIN_S && nowNs >= pauseToldAgainNs) {
            pauseToldAgainNs = nowNs + PAUSE_TOLD_EVERY_NS;
            reporter.note(
                    "The endpoint asks for a pause of " + pause.toSeconds() + " s; the download goes on after it");
        }
    }

    private void endIfStuck() {
        if (isCancelled()) {
            return;
        }
        // Whoever waits for a token, or for room, gives up by itself, but not for ever.
        long patienceNs = tokens.isWaiting() || tokens.hasGivenUp() || busy.isWaiting() ? giveUpNs : 0;
        if (leftNs() + patienceNs < 0 && !givenUp) {
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

    private static ExitCode exitCode(List<Outcome> outcomes) {
        List<ExitCode> kinds = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            if (!outcome.isOk() && !kinds.contains(outcome.code())) {
                kinds.add(outcome.code());
            }
        }
        return switch (kinds.size()) {
            case 0 -> ExitCode.OK;
            case 1 -> kinds.get(0);
            default -> ExitCode.MIXED_FAILURES;
        };
    }
}
