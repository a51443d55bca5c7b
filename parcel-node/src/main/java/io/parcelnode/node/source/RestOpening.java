package io.parcelnode.node.source;

import io.parcelnode.node.cli.Messages;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.FileOpening;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import okhttp3.Call;

/** A file that the endpoint has been asked for, or will be when its turn has come. Thread-safe. */
final class RestOpening implements FileOpening {
    /** What asks the endpoint. */
    interface Work {
        /** Ends with {@link #complete} or an exception. */
        void run() throws IOException;
    }

    // Guarded by this.
    /** The call under way, or the last one. */
    private Call call;

    private Runnable whenReady;
    private boolean ready;
    private ServedFile file;
    private Exception failure;
    private boolean cancelled;

    /** Asks the endpoint, in the calling thread. */
    void run(Work work) {
        if (isCancelled()) {
            return;
        }
        try {
            work.run();
        } catch (IOException | RuntimeException e) {
            fail(e);
        } catch (Exception e) {
            // The HTTP library is Kotlin: it throws InterruptedException without saying so.
            fail(new RequestFailedException(FailureKind.INTERNAL, 0, "asking the endpoint failed: " + Messages.of(e)));
        }
    }

    /** The file can be handed out; the first of several calls counts. */
    void complete(ServedFile opened) {
        Runnable task;
        boolean unwanted;
        synchronized (this) {
            if (ready) {
                return;
            }
            ready = true;
            unwanted = cancelled;
            file = unwanted ? null : opened;
            task = whenReady;
            notifyAll();
        }
        if (unwanted) {
            close(opened);
        }
        if (task != null) {
            task.run();
        }
    }

    private void fail(Exception e) {
        Runnable task;
        synchronized (this) {
            if (ready) {
                return;
            }
            ready = true;
            failure = e;
            task = whenReady;
            notifyAll();
        }
        if (task != null) {
            task.run();
        }
    }

    @Override
    public void whenReady(Runnable task) {
        synchronized (this) {
            whenReady = task;
            if (!ready) {
                return;
            }
        }
        task.run();
    }

    @Override
    public synchronized ServedFile open() throws IOException {
        try {
            while (!ready && !cancelled) {
                wait();
            }
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the endpoint");
        }
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (file == null) {
            throw new RequestFailedException(FailureKind.INTERNAL, 0, "the request was cancelled");
        }
        ServedFile opened = file;
        file = null;
        return opened;
    }

    @Override
    public void cancel() {
        Call toCancel;
        ServedFile toClose;
        synchronized (this) {
            cancelled = true;
            toCancel = ready ? null : call;
            toClose = file;
            file = null;
            notifyAll();
        }
        if (toCancel != null) {
            toCancel.cancel();
        }
        if (toClose != null) {
            close(toClose);
        }
    }

    private static void close(ServedFile file) {
        try {
            file.close();
        } catch (IOException e) {
            throw new IllegalStateException("files of an endpoint close without a sound", e);
        }
    }

    /** The call that has been answered last. */
    synchronized Call call() {
        return call;
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Hears of each call before it is made, so that it ends with this. */
    synchronized void remember(Call started) {
        call = started;
        if (cancelled) {
            started.cancel();
        }
    }
}
