package io.parcelnode.node.get;

import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.Terminal;
import io.parcelnode.node.cli.Units;
import io.parcelnode.node.get.ServerLink.Connection;
import io.parcelnode.node.path.Transport;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Log lines, and on a terminal bars. */
public final class TextReporter implements Reporter {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.CLIENT);
    private static final String RULE = "-".repeat(40);
    private static final long QUIET_EVERY_NS = 10_000_000_000L;

    /** Above this many files each one is not worth its lines. */
    private static final int FILES_TOLD_MAX = 16;

    private final boolean showProgress;
    private final boolean terminal = Terminal.console() != null;
    private final Bars bars = new Bars();
    private final RateMeter rate = new RateMeter();
    private Connection connection;
    private boolean many;
    private int filesWanted;
    private int filesDone;
    private final Set<Download> done = new HashSet<>();
    private long doneBytes;
    private long quietNs = System.nanoTime();

    public TextReporter(boolean showProgress) {
        this.showProgress = showProgress;
    }

    @Override
    public synchronized void planning(int files) {
        filesWanted = files;
        many = files > FILES_TOLD_MAX;
    }

    @Override
    public void connecting(ServerLink link) {
        LOG.info("Connecting to server at {}", link.server());
    }

    @Override
    public synchronized void connected(ServerLink link, Connection connection, int threadsGranted) {
        this.connection = connection;
        LOG.info("Requesting {} encryption threads", link.threads());
        LOG.info("Waiting for response...");
        LOG.info("Encryption threads granted. Server will provide up to {} threads.", threadsGranted);
    }

    @Override
    public synchronized void moved(Transport transport, String why) {
        bars.close();
        LOG.info("Going over {}: {}", transport.protocol(), why);
    }

    @Override
    public synchronized void started(Download download) {
        if (many) {
            return;
        }
        bars.close();
        String id = FileIds.printable(download.id());
        LOG.info("Found file id: {}", id);
        LOG.info(RULE);
        LOG.info("Starting download   : {}", id);
        LOG.info(RULE);
        LOG.info("File name           : {}", printable(download.path().getFileName()));
        LOG.info("Download size       : {}", download.sizeBytes() < 0 ? "unknown" : download.sizeBytes());
        LOG.info("Downloading file to : {}", printable(download.path()));
        if (download.receivedBytes() > 0) {
            LOG.info("Bytes here already  : {}", download.receivedBytes());
        }
    }

    @Override
    public synchronized void resuming(Download download) {
        LOG.debug("{} goes on from {} bytes", download.path(), download.receivedBytes());
    }

    @Override
    public synchronized void planned(Download download) {
        LOG.info(
                "Would download      : {} to {}, {} bytes, {} of them here if it has not changed",
                FileIds.printable(download.id()),
                printable(download.path()),
                download.sizeBytes() < 0 ? "unknown" : download.sizeBytes(),
                download.receivedBytes());
    }

    @Override
    public synchronized void progress(Collection<Download> seenActive, double seconds) {
        // Some may have ended since they were seen.
        List<Download> active =
                seenActive.stream().filter(download -> !done.contains(download)).toList();
        if (!showProgress || active.isEmpty()) {
            return;
        }
        long received = doneBytes;
        long size = doneBytes;
        for (Download download : active) {
            received += download.receivedBytes();
            size += Math.max(download.sizeBytes(), download.receivedBytes());
        }
        rate.on(System.nanoTime(), received);
        if (terminal) {
            bars.show(
                    active,
                    filesWanted > 1,
                    received,
                    size,
                    connection == null ? "" : " " + PathFigures.of(connection));
        } else if (System.nanoTime() - quietNs >= QUIET_EVERY_NS) {
            quietNs = System.nanoTime();
            LOG.info("{}", quietLine(received, size));
        }
    }

    /** What bars show on a terminal, in one line. */
    private String quietLine(long received, long size) {
        StringBuilder line = new StringBuilder();
        // Of many files nobody knows the size before they come.
        long seconds = many ? -1 : rate.secondsFor(size - received);
        if (many) {
            line.append(filesDone).append(" of ").append(filesWanted).append(" files done, ");
        }
        line.append(Units.describeBytes(received));
        line.append(many ? "" : " of " + Units.describeBytes(size)).append(" received");
        line.append(String.format(Locale.ROOT, ", %.1f Mbit/s", rate.bytesPerSecond() * 8 / 1e6));
        line.append(seconds < 0 ? "" : ", " + RateMeter.clock(seconds) + " left");
        return line.append(connection == null ? "" : ", " + PathFigures.of(connection))
                .toString();
    }

    @Override
    public synchronized void limited(long bitsPerSecond) {
        bars.close();
        LOG.info("Limit from now on   : {}", bitsPerSecond == 0 ? "off" : Units.rateFlag(bitsPerSecond));
    }

    @Override
    public synchronized void done(Outcome outcome) {
        Download download = outcome.download();
        filesDone++;
        done.add(download);
        if (outcome.isOk()) {
            doneBytes += download.sizeBytes();
            if (many) {
                return;
            }
        }
        bars.close();
        if (download.isAlready()) {
            LOG.info(
                    "Already there       : {}, {} bytes, sha256 {}",
                    FileIds.printable(download.id()),
                    download.sizeBytes(),
                    download.sha256Hex());
        } else if (outcome.isOk()) {
            LOG.info(
                    "Download complete   : {}, {} bytes in {} s, {} Mbit/s, sha256 {}",
                    FileIds.printable(download.id()),
                    download.sizeBytes(),
                    String.format(Locale.ROOT, "%.3f", outcome.seconds()),
                    String.format(Locale.ROOT, "%.1f", outcome.mbitPerS()),
                    download.sha256Hex());
        } else if (isToldAlone(outcome)) {
            LOG.error("Download failed     : {}: {}", FileIds.printable(download.id()), outcome.reason());
        }
    }

    @Override
    public synchronized void note(String text) {
        bars.close();
        LOG.warn("{}", text);
    }

    @Override
    public synchronized void summary(RunSummary summary) {
        bars.close();
        if (summary.outcomes().size() > 1) {
            for (Outcome outcome : summary.outcomes()) {
                if (!outcome.isOk() && isToldAlone(outcome)) {
                    LOG.error(
                            "Not downloaded      : {}: {}",
                            FileIds.printable(outcome.download().id()),
                            outcome.reason());
                }
            }
        }
        if (many && summary.interrupted() > 0) {
            LOG.warn("Interrupted         : {} files are left; the same command goes on", summary.interrupted());
        }
        if (summary.bottleneck() != null) {
            LOG.info("Bottleneck          : {}", summary.bottleneck());
        }
        if (summary.dryRun()) {
            LOG.info(
                    "{} of {} files can be had; nothing was downloaded",
                    summary.ok(),
                    summary.outcomes().size());
            return;
        }
        LOG.info(
                "{} of {} files verified ({} of them already there), {} fetched in {} s",
                summary.ok(),
                summary.outcomes().size(),
                summary.already(),
                Units.describeBytes(summary.fetchedBytes()),
                String.format(Locale.ROOT, "%.1f", summary.seconds()));
    }

    @Override
    public synchronized void close() {
        bars.close();
    }

    /** Whoever presses Ctrl-C does not want to read thousands of lines of what is still to do. */
    private boolean isToldAlone(Outcome outcome) {
        return !many || outcome.code() != ExitCode.INTERRUPTED;
    }

    /** The server had a say in it. */
    private static String printable(Path path) {
        return Messages.onOneLine(path.toString());
    }
}
