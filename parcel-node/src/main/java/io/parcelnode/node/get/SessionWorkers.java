package io.parcelnode.node.get;

import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.get.Download.Ask;
import io.parcelnode.node.get.FileFetch.Next;
import io.parcelnode.node.get.ServerLink.Connection;
import io.parcelnode.proto.RemoteFile;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServerLeavingException;
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
 * <p>Files are asked for well ahead of the workers that store them, as many as their sizes leave room for, so that
 * thousands of small ones pay the round trip once and not each. Large ones wait until one of the jobs is free.
 */
final class SessionWorkers {
    /** Most requests that are open at once and that no worker has taken up yet. */
    static final int REQUESTS = 1_024;
    /** What the server may send ahead for one of them, at most. */
    static final int CREDIT_BYTES = 1 << 18;

    private static final Logger LOG = LoggerFactory.getLogger(Logging.CLIENT);
    /** So many small files are on their way to the disk at once: each waits for it. */
    private static final int SMALL_WORKERS = 8;

    private static final long AHEAD_MAX_BYTES = 32 << 20;
    private static final int COST_MIN_BYTES = 16 << 10;

    private final ServerLink link;
    private final Connection connection;
    private final WorkList work;
    private final RunParts run;
    private final SizeGuess guess;
    private final FileFetch fetch;
    private final long aheadMaxBytes;
    // Guarded by this.
    private final ArrayDeque<Opened> opened = new ArrayDeque<>();
    private final ArrayDeque<Opened> largeOnes = new ArrayDeque<>();
    private long aheadBytes;
    private int busyWorkers;
    private int busyJobs;
    private IOException broken;

    private boolean granted; // only the thread that runs this uses it

    /**
     * A request that no worker has taken up yet.
     *
     * @param file null for a large one that goes on from an earlier connection
     * @param costBytes what it may bring, as far as anybody can say
     */
    private record Opened(Download download, RemoteFile file, Ask ask, String token, long costBytes, boolean large) {}

    SessionWorkers(ServerLink link, Connection connection, WorkList work, RunParts run, SizeGuess guess) {
        this.link = link;
        this.connection = connection;
        this.work = work;
        this.run = run;
        this.guess = guess;
        aheadMaxBytes = Math.min(AHEAD_MAX_BYTES, link.memory().waitingBytes());
        fetch = new FileFetch(run, connection.session(), link.credit(), connection::roundTripNs);
    }

    /** Returns null when all is done, else why the connection is of no more use. */
    IOException run() throws InterruptedException {
        // The first requests leave before we wait for anything, but for a server that wants to be left alone.
        if (run.busy().pauseNs(System.nanoTime()) == 0) {
            openAhead();
        }
        try {
            run.reporter().connected(link, connection, connection.awaitGrant());
            granted = true;
        } catch (IOException e) {
            breakOff(e);
        }
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i <= SMALL_WORKERS + run.options().jobs(); i++) {
            Thread thread = new Thread(this::work, "download-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        synchronized (this) {
            opened.forEach(left -> work.putBack(left.download));
            largeOnes.forEach(left -> work.putBack(left.download));
            return broken;
        }
    }

    /** After {@link #run}: whether the server has answered at all. */
    boolean isGranted() {
        return granted;
    }

    private void work() {
        try {
            Opened next;
            while ((next = take()) != null) {
                try {
                    if (handle(next) == Next.FETCH_LARGE) {
                        park(next);
                    }
                } finally {
                    release();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            breakOff(new IOException("interrupted while downloading", e));
        }
    }

    /** The next opened request in order, null when there is nothing more to do here. */
    private synchronized Opened take() throws InterruptedException {
        while (broken == null) {
            if (!largeOnes.isEmpty() && busyJobs < run.options().jobs()) {
                busyJobs++;
                busyWorkers++;
                return largeOnes.poll();
            }
            long pauseNs = run.busy().pauseNs(System.nanoTime());
            if (pauseNs == 0) {
                openAhead();
            }
            Opened next = opened.poll();
            if (next != null) {
                aheadBytes -= next.costBytes;
                busyWorkers++;
                return next;
            }
            if (busyWorkers == 0 && (pauseNs == 0 || !work.isAnyWanted())) {
                notifyAll();
                return null;
            }
            // Those at work may have to put back what they do; without a pause they alone are waited for.
            wait(pauseNs == 0 ? 0 : pauseNs / 1_000_000 + 1);
        }
        notifyAll();
        return null;
    }

    private synchronized void release() {
        busyWorkers--;
        notifyAll();
    }

    /** It is large: it waits for a job, with what has come of it. */
    private synchronized void park(Opened large) {
        largeOnes.add(new Opened(large.download, large.file, large.ask, large.token, 0, true));
    }

    private synchronized void openAhead() {
        int largeAhead = largeOnes.size();
        while (broken == null
                && opened.size() < REQUESTS
                && largeAhead < run.options().jobs()
                && (aheadBytes < aheadMaxBytes || opened.isEmpty())) {
            Download download = work.take();
            if (download == null) {
                break;
            }
            if (run.tokens().hasGivenUp()) {
                finish(download, ExitCode.TOKEN, "the endpoint refuses the token");
                continue;
            }
            if (download.large() != null) {
                download.onAsked(System.nanoTime());
                largeOnes.add(new Opened(download, null, null, null, 0, true));
                largeAhead++;
                continue;
            }
            try {
                opened.add(open(download));
            } catch (IOException e) {
                work.putBack(download);
                breakOff(e);
            } catch (RuntimeException e) {
                onLocalFailure(download, e);
            }
        }
    }

    private Opened open(Download download) throws IOException {
        download.onAsked(System.nanoTime());
        Ask ask = run.options().dryRun() ? Ask.INFO : download.ask();
        long size = ask == Ask.INFO ? 0 : download.sizeBytes() >= 0 ? download.sizeBytes() : guess.bytes();
        long costBytes = Math.max(COST_MIN_BYTES, size);
        String token = run.tokens().current();
        RemoteFile file =
                connection.session().open(download.request(ask, token), (int) Math.min(CREDIT_BYTES, costBytes));
        aheadBytes += costBytes;
        return new Opened(download, file, ask, token, costBytes, false);
    }

    private Next handle(Opened next) throws InterruptedException {
        Download download = next.download;
        String token = next.token == null ? run.tokens().current() : next.token;
        Next then = Next.DONE;
        try {
            if (next.large) {
                fetch.fetchLarge(download, next.file, token);
            } else {
                then = fetch.takeAnswer(download, next.file, next.ask, token);
                guess.onSize(download.sizeBytes());
            }
            run.onProgress().run();
            if (then == Next.ASK_AGAIN) {
                work.putBack(download);
            } else if (then == Next.DONE) {
                finish(download, ExitCode.OK, null);
            }
        } catch (DownloadFailure e) {
            finish(download, e.code(), e.getMessage());
        } catch (LocalDiskException e) {
            finish(download, ExitCode.LOCAL_DISK, Messages.of(e));
        } catch (RequestFailedException e) {
            onRefused(download, e, token);
        } catch (IOException e) {
            work.putBack(download);
            breakOff(e);
        } catch (RuntimeException | Error e) {
            // Whatever it is, the file must not be forgotten.
            onLocalFailure(download, e);
        } finally {
            if (then != Next.FETCH_LARGE && next.file != null) {
                next.file.close();
            }
            if (next.large) {
                freeJob();
            }
        }
        return then;
    }

    private void onRefused(Download download, RequestFailedException e, String token) throws InterruptedException {
        boolean again =
                switch (e.kind()) {
                    case CHANGED -> startAgain(download);
                    case UNAUTHORIZED -> run.tokens().renew(token);
                    case FORBIDDEN ->
                        download.mayTryAnotherToken() && run.tokens().renewWithoutWaiting(token);
                    // A server that leaves is not waited for: another may be there, and the next request finds that
                    // out.
                    case BUSY ->
                        connection.session().isServerLeaving() || run.busy().onRefused(e, System.nanoTime());
                    case UPSTREAM, INTERNAL -> download.mayAskAgain();
                    case NOT_FOUND, BAD_REQUEST -> false;
                };
        if (again) {
            work.putBack(download);
        } else {
            DownloadFailure failure = DownloadFailure.of(e);
            finish(download, failure.code(), failure.getMessage());
        }
    }

    /** Nothing of an older version may stay. */
    private boolean startAgain(Download download) throws InterruptedException {
        if (!download.mayStartAgain()) {
            return false;
        }
        try {
            download.discard();
        } catch (IOException e) {
            return false; // The refusal is the better reason.
        }
        run.reporter().note(FileIds.printable(download.id()) + " has changed at the endpoint; starting it again");
        return true;
    }

    /** Nothing that the connection did: a new one would meet the same. */
    private void onLocalFailure(Download download, Throwable e) {
        if (e instanceof InvalidPathException) {
            finish(download, ExitCode.LOCAL_DISK, "this system cannot store a file of that name: " + e.getMessage());
        } else {
            LOG.debug("Download of {} failed", FileIds.printable(download.id()), e);
            finish(download, ExitCode.MIXED_FAILURES, "internal error, -v shows where: " + e);
        }
    }

    private synchronized void freeJob() {
        busyJobs--;
        notifyAll();
    }

    /** Ends this session, which is as good as ever, so that the run goes on over another one. */
    void moveOn(IOException reason) {
        synchronized (this) {
            if (broken != null) {
                return;
            }
            broken = reason;
            notifyAll();
        }
        try {
            connection.close();
        } catch (IOException e) {
            connection.abort(); // Whatever it had to say is known or comes again.
        }
    }

    private synchronized void breakOff(IOException cause) {
        if (broken == null) {
            broken = cause;
            if (cause instanceof ServerLeavingException leaving) {
                link.onLeaving(connection, leaving.retryAfter());
            }
            connection.abort();
        }
        notifyAll();
    }

    private void finish(Download download, ExitCode code, String reason) {
        String text = reason;
        try {
            if (code == ExitCode.DIGEST_MISMATCH || code == ExitCode.NO_SUCH_FILE) {
                download.discard();
            } else {
                download.abandon();
            }
        } catch (IOException e) {
            text = reason + "; closing its .part file failed: " + Messages.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Outcome outcome = new Outcome(download, code, text, download.seconds(System.nanoTime()));
        work.done(outcome);
        if (!outcome.isOk() || !run.options().dryRun() || download.isAlready()) {
            run.reporter().done(outcome);
        }
    }
}
