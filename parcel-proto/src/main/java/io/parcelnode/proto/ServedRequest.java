package io.parcelnode.proto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** One open request at the server: reads the file on its own thread and sends no more than its credit. */
final class ServedRequest implements Runnable {
    private static final int BUFFER_BYTES = 1 << 17;

    /** Called before the last answer goes out, as the client may open the next request at once, and at the end. */
    interface Done {
        void done(int number);
    }

    private final FrameSender sender;
    private final FileProvider files;
    private final OpenRequest request;
    private final int number;
    private final Done done;
    private final MessageDigest sha256;
    // Guarded by this object's monitor.
    private long creditBytes;
    private boolean cancelled;
    private ServedFile file;

    ServedRequest(FrameSender sender, FileProvider files, OpenRequest request, int number, int creditBytes, Done done) {
        this.sender = sender;
        this.files = files;
        this.request = request;
        this.number = number;
        this.creditBytes = creditBytes;
        this.done = done;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing from this Java runtime", e);
        }
    }

    @Override
    public void run() {
        ServedFile opened = null;
        try {
            opened = files.open(request);
            if (!own(opened)) {
                throw cancelledFailure();
            }
            FileInfo info = opened.info();
            sender.send(Frame.INFO, number, 0, body -> Frame.putInfo(body, info));
            sendAll(opened);
        } catch (RequestFailedException e) {
            sendFailure(isCancelled() ? cancelledFailure() : e);
        } catch (SessionException e) {
            return; // The session is over, and with it everybody who could be told.
        } catch (IOException e) {
            sendFailure(new RequestFailedException(
                    FailureKind.INTERNAL,
                    0,
                    isCancelled() ? "cancelled" : "reading the file failed: " + e.getMessage()));
        } catch (RuntimeException e) {
            sendFailure(new RequestFailedException(FailureKind.INTERNAL, 0, "the server failed on this request"));
            throw e;
        } finally {
            closeQuietly(opened); // Answered by now: a close that fails is nobody's news.
            done.done(number);
        }
    }

    synchronized void credit(int bytes) throws SessionException {
        if (bytes <= 0 || creditBytes + bytes > Limits.CREDIT_MAX_BYTES) {
            throw new SessionException("the client gave a credit of " + bytes + " bytes on top of " + creditBytes
                    + "; the limit is " + Limits.CREDIT_MAX_BYTES);
        }
        creditBytes += bytes;
        notifyAll();
    }

    /** Wakes the thread that reads the file. */
    void cancel() {
        ServedFile toClose;
        synchronized (this) {
            cancelled = true;
            toClose = file;
            notifyAll();
        }
        closeQuietly(toClose);
    }

    private void sendAll(ServedFile opened) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        long offset = request.offsetBytes();
        while (opened.read(buffer.clear()) >= 0) {
            buffer.flip();
            sha256.update(buffer.array(), 0, buffer.limit());
            while (buffer.hasRemaining()) {
                int length = takeCredit(Math.min(buffer.remaining(), Frame.BODY_MAX_BYTES));
                ByteBuffer piece = buffer.slice(buffer.position(), length);
                sender.send(Frame.DATA, number, offset, body -> body.put(piece));
                buffer.position(buffer.position() + length);
                offset += length;
            }
        }
        byte[] digest = sha256.digest();
        done.done(number);
        sender.send(Frame.END, number, offset, body -> body.put(digest));
    }

    private synchronized int takeCredit(int wantedBytes) throws IOException {
        while (creditBytes == 0 && !cancelled) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SessionException("interrupted while waiting for credit", e);
            }
        }
        if (cancelled) {
            throw cancelledFailure();
        }
        int taken = (int) Math.min(wantedBytes, creditBytes);
        creditBytes -= taken;
        return taken;
    }

    private synchronized boolean own(ServedFile opened) {
        file = opened;
        return !cancelled;
    }

    private synchronized boolean isCancelled() {
        return cancelled;
    }

    private void sendFailure(RequestFailedException e) {
        done.done(number);
        try {
            sender.send(
                    Frame.FAILURE,
                    number,
                    0,
                    body -> Frame.putFailure(body, e.kind(), e.upstreamStatus(), e.getMessage()));
        } catch (IOException broken) {
            return; // The session is over.
        }
    }

    private static RequestFailedException cancelledFailure() {
        return new RequestFailedException(FailureKind.INTERNAL, 0, "cancelled");
    }

    private static void closeQuietly(ServedFile file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            return; // Nobody wants it any more.
        }
    }
}
