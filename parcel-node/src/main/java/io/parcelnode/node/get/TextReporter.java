package io.parcelnode.node.get;

import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.Terminal;
import io.parcelnode.node.cli.Units;
import io.parcelnode.node.get.ServerLink.Connection;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Log lines, and on a terminal a bar that shows all active files together. */
public final class TextReporter implements Reporter {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.CLIENT);
    private static final String RULE = "-".repeat(40);
    private static final long QUIET_EVERY_NS = 10_000_000_000L;

    private final boolean showProgress;
    private final boolean terminal = Terminal.console() != null;
    private ProgressBar bar;
    private long doneBytes;
    private long quietNs = System.nanoTime();

    public TextReporter(boolean showProgress) {
        this.showProgress = showProgress;
    }

    @Override
    public void connecting(ServerLink link) {
        LOG.info("Connecting to server at {}", link.server());
    }

    @Override
    public synchronized void connected(ServerLink link, Connection connection, int threadsGranted) {
        LOG.info("Requesting {} encryption threads", link.threads());
        LOG.info("Waiting for response...");
        LOG.info("Encryption threads granted. Server will provide up to {} threads.", threadsGranted);
    }

    @Override
    public synchronized void started(Download download) {
        closeBar();
        String id = FileIds.printable(download.id());
        LOG.info("Found file id: {}", id);
        LOG.info(RULE);
        LOG.info("Starting download   : {}", id);
        LOG.info(RULE);
        LOG.info("File name           : {}", printable(download.path().getFileName()));
        LOG.info("Download size       : {}", download.sizeBytes() < 0 ? "unknown" : download.sizeBytes());
        LOG.info("Downloading file to : {}", printable(download.path()));
    }

    @Override
    public synchronized void progress(Collection<Download> active, double seconds) {
        if (!showProgress || active.isEmpty()) {
            return;
        }
        long received = doneBytes;
        long size = doneBytes;
        for (Download download : active) {
            received += download.receivedBytes();
            size += Math.max(download.sizeBytes(), download.receivedBytes());
        }
        if (terminal) {
            showBar(received, size);
        } else if (System.nanoTime() - quietNs >= QUIET_EVERY_NS) {
            quietNs = System.nanoTime();
            LOG.info("{} of {} received", Units.describeBytes(received), Units.describeBytes(size));
        }
    }

    @Override
    public synchronized void done(Outcome outcome) {
        closeBar();
        Download download = outcome.download();
        if (outcome.isOk()) {
            doneBytes += download.sizeBytes();
            LOG.info(
                    "Download complete   : {}, {} bytes in {} s, {} Mbit/s, sha256 {}",
                    FileIds.printable(download.id()),
                    download.sizeBytes(),
                    String.format(Locale.ROOT, "%.3f", outcome.seconds()),
                    String.format(Locale.ROOT, "%.1f", outcome.mbitPerS()),
                    download.sha256Hex());
        } else {
            LOG.error("Download failed     : {}: {}", FileIds.printable(download.id()), outcome.reason());
        }
    }

    @Override
    public synchronized void note(String text) {
        closeBar();
        LOG.warn("{}", text);
    }

    @Override
    public synchronized void summary(List<Outcome> outcomes, double seconds) {
        closeBar();
        long ok = outcomes.stream().filter(Outcome::isOk).count();
        LOG.info(
                "{} of {} files verified, {} in {} s",
                ok,
                outcomes.size(),
                Units.describeBytes(doneBytes),
                String.format(Locale.ROOT, "%.1f", seconds));
    }

    @Override
    public synchronized void close() {
        closeBar();
    }

    /** The server had a say in it. */
    private static String printable(Path path) {
        return Messages.onOneLine(path.toString());
    }

    private void showBar(long received, long size) {
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUnit(" MiB", 1 << 20)
                    .setInitialMax(size)
                    .showSpeed()
                    .build();
        }
        bar.maxHint(size).stepTo(received);
    }

    private void closeBar() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
