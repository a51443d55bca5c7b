package io.parcelnode.node.get;

import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.get.ServerLink.Connection;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RemoteFile;
import io.parcelnode.proto.RequestFailedException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads over one connection until everything is done or the connection breaks.
 *
 * <p>Requests are opened well ahead of the workers that write files, so that many small files pay the round trip once
 * and not each.
 */
final class SessionWorkers {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.CLIENT);
    private static final int WORKERS = 4;
    private static final int OPEN_AHEAD = 64;
    /** Most requests that are open at once. */
    static final int REQUESTS = OPEN_AHEAD + WORKERS;

    private final ServerLink link;
    private final Connection connection;
    private final WorkList work;
    private final Reporter reporter;
    private final String token;
    private final Placement placement;
    private final Runnable onProgress;
    private final ArrayDeque<Opened> opened = new ArrayDeque<>();
    private IOException broken;
    private boolean granted; // only the thread that runs this uses it

    SessionWorkers(
            ServerLink link,
            Connection connection,
            WorkList work,
            Reporter reporter,
            String token,
            Placement placement,
            Runnable onProgress) {
        this.link = link;
        this.connection = connection;
        this.work = work;
        this.reporter = reporter;
        this.token = token;
        this.placement = placement;
        this.onProgress = onProgress;
    }

    /** Returns null when all is done, else why the connection is of no more use. */
    IOException run() throws InterruptedException {
        // The first requests leave before we wait for anything.
        openAhead();
        try {
            reporter.connected(link, connection, connection.awaitGrant());
            granted = true;
        } catch (IOException e) {
            breakOff(e);
        }
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i <= WORKERS; i++) {
            Thread thread = new Thread(this::downloadAll, "download-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        synchronized (this) {
            opened.forEach(left -> work.putBack(left.download));
            opened.clear();
            return broken;
        }
    }

    /** After {@link #run}: whether the server has answered at all. */
    boolean isGranted() {
        return granted;
    }

    private void downloadAll() {
        Opened next;
        while ((next = takeOpened()) != null) {
            Download download = next.download;
            try (RemoteFile file = next.file) {
                download(download, file);
            } catch (DownloadFailure e) {
                finish(download, e.code(), e.getMessage());
            } catch (LocalDiskException e) {
                finish(download, ExitCode.LOCAL_DISK, Messages.of(e));
            } catch (IOException e) {
                work.putBack(download);
                breakOff(e);
            } catch (RuntimeException e) {
                onLocalFailure(download, e);
            }
        }
    }

    /** Nothing that the connection did: a new one would meet the same. */
    private void onLocalFailure(Download download, RuntimeException e) {
        if (e instanceof InvalidPathException) {
            finish(download, ExitCode.LOCAL_DISK, "this system cannot store a file of that name: " + e.getMessage());
        } else {
            LOG.debug("Download of {} failed", FileIds.printable(download.id()), e);
            finish(download, ExitCode.MIXED_FAILURES, "internal error, -v shows where: " + e);
        }
    }

    private void download(Download download, RemoteFile file) throws IOException, DownloadFailure {
        try (FileCredit credit =
                new FileCredit(link.credit(), link.waitingCreditBytes(), connection::roundTripNs, file::raiseCredit)) {
            credit.start(System.nanoTime());
            boolean first = !download.isStarted();
            download.start(
                    file.info(), name -> placement.place(download.id(), name).toString());
            if (first) {
                reporter.started(download);
            }
            long fromBytes = download.receivedBytes();
            download.receive(file, () -> {
                onProgress.run();
                credit.onReceived(download.receivedBytes() - fromBytes, System.nanoTime());
            });
            download.finish();
            onProgress.run();
            finish(download, ExitCode.OK, null);
        } catch (RequestFailedException e) {
            if (e.kind() == FailureKind.CHANGED && download.receivedBytes() > 0 && download.onChanged()) {
                reporter.note(download.id() + " has changed at the endpoint; starting it again");
                work.putBack(download);
                return;
            }
            throw DownloadFailure.of(e);
        }
    }

    /** The next opened request in order, null when there is nothing more to do here. */
    private synchronized Opened takeOpened() {
        openAhead();
        return broken == null ? opened.poll() : null;
    }

    private synchronized void openAhead() {
        while (broken == null && opened.size() < OPEN_AHEAD) {
            Download download = work.take();
            if (download == null) {
                break;
            }
            try {
                opened.add(new Opened(download, open(download)));
            } catch (IOException e) {
                work.putBack(download);
                breakOff(e);
            } catch (RuntimeException e) {
                onLocalFailure(download, e);
            }
        }
    }

    private RemoteFile open(Download download) throws IOException {
        download.onAsked(System.nanoTime());
        if (!download.isResumable()) {
            download.restart();
        }
        return connection
                .session()
                .open(new OpenRequest(download.id(), token, download.receivedBytes(), -1, download.validator()));
    }

    private synchronized void breakOff(IOException cause) {
        if (broken == null) {
            broken = cause;
            connection.abort();
        }
    }

    private void finish(Download download, ExitCode code, String reason) {
        String text = reason;
        try {
            if (code == ExitCode.ENDPOINT || code == ExitCode.LOCAL_DISK) {
                download.abandon();
            } else {
                download.discard();
            }
        } catch (IOException e) {
            text = reason + "; closing its .part file failed: " + Messages.of(e);
        }
        Outcome outcome = new Outcome(download, code, text, download.seconds(System.nanoTime()));
        work.done(outcome);
        reporter.done(outcome);
    }

    private record Opened(Download download, RemoteFile file) {}
}
