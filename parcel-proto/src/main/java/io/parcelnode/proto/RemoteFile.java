package io.parcelnode.proto;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;

/**
 * The client's end of one request. Its bytes wait here, never more than the credit given, until they are read.
 *
 * <p>{@link #read} belongs to one thread at a time; {@link #info} and {@link #close} may be called by any.
 */
public final class RemoteFile implements Closeable {
    /** How the session is told what this request needs. */
    interface Control {
        void credit(int request, int bytes) throws IOException;

        void cancel(int request);
    }

    private final Control control;
    private final int number;
    private final MessageDigest sha256;
    private final ArrayDeque<ByteBuffer> chunks = new ArrayDeque<>();

    // Guarded by this object's monitor.
    private FileInfo info;
    private IOException failure;
    private boolean ended;
    private boolean closed;
    private byte[] promisedDigest;
    private long nextOffset;
    private long creditLeftBytes;
    private long windowBytes;
    private long readSinceCreditBytes;

    RemoteFile(Control control, int number, long offsetBytes, int creditBytes) {
        this.control = control;
        this.number = number;
        this.nextOffset = offsetBytes;
        this.creditLeftBytes = creditBytes;
        this.windowBytes = creditBytes;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing from this Java runtime", e);
        }
    }

    /**
     * Waits for the server's answer.
     *
     * @throws RequestFailedException if the server refused
     */
    public synchronized FileInfo info() throws IOException {
        while (info == null && failure == null) {
            requireOpen();
            await();
        }
        if (info == null) {
            throw failure;
        }
        return info;
    }

    /** Lets the server send further ahead; never less than before. For a file that is being read in earnest. */
    public void raiseCredit(int bytes) throws IOException {
        int more;
        synchronized (this) {
            more = (int) Math.max(0, Math.min(bytes, Limits.CREDIT_MAX_BYTES) - windowBytes);
            if (more == 0 || ended || failure != null) {
                return;
            }
            windowBytes += more;
            creditLeftBytes += more;
        }
        control.credit(number, more);
    }

    /**
     * Waits for at least one byte unless {@code target} is full.
     *
     * @return bytes read, -1 after the last one, when the server's sealed count and SHA-256 have been checked
     * @throws RequestFailedException if the source failed on the way
     */
    public int read(ByteBuffer target) throws IOException {
        int length;
        int credit;
        synchronized (this) {
            while (chunks.isEmpty() && !ended && failure == null) {
                requireOpen();
                await();
            }
            requireOpen();
            if (chunks.isEmpty() && failure != null) {
                throw failure;
            }
            if (chunks.isEmpty()) {
                requireDigest();
                return -1;
            }
            length = take(target);
            readSinceCreditBytes += length;
            // In quarters of the window: often enough to keep it open, seldom enough to cost nothing.
            boolean due = readSinceCreditBytes >= windowBytes / 4 && !ended;
            credit = due ? (int) readSinceCreditBytes : 0;
            if (due) {
                creditLeftBytes += credit;
                readSinceCreditBytes = 0;
            }
        }
        if (credit > 0) {
            control.credit(number, credit);
        }
        return length;
    }

    /** Cancels the request unless it has ended. */
    @Override
    public void close() {
        boolean cancel;
        synchronized (this) {
            cancel = !closed && !ended && failure == null;
            closed = true;
            chunks.clear();
            notifyAll();
        }
        if (cancel) {
            control.cancel(number);
        }
    }

    // The session's side: frames in order.

    synchronized void onInfo(FileInfo told) throws SessionException {
        if (info != null) {
            throw new SessionException("the server described file " + number + " twice");
        }
        info = told;
        notifyAll();
    }

    synchronized void onData(long offset, ByteBuffer body) throws SessionException {
        int length = body.remaining();
        if (info == null || offset != nextOffset || length == 0) {
            throw new SessionException(
                    "the server sent bytes at offset " + offset + " where " + nextOffset + " is next");
        }
        if (length > creditLeftBytes) {
            throw new SessionException("the server sent more than its credit");
        }
        creditLeftBytes -= length;
        nextOffset += length;
        if (!closed) {
            chunks.add(ByteBuffer.allocate(length).put(body).flip());
            notifyAll();
        }
    }

    synchronized void onEnd(long offset, byte[] digest) throws SessionException {
        if (info == null || offset != nextOffset) {
            throw new SessionException(
                    "the server ended a file at offset " + offset + " after sending up to " + nextOffset);
        }
        promisedDigest = digest;
        ended = true;
        notifyAll();
    }

    synchronized void onFailure(IOException cause) {
        if (failure == null && !ended) {
            failure = cause;
        }
        notifyAll();
    }

    private int take(ByteBuffer target) {
        int total = 0;
        while (!chunks.isEmpty() && target.hasRemaining()) {
            ByteBuffer chunk = chunks.peek();
            int length = Math.min(chunk.remaining(), target.remaining());
            sha256.update(chunk.array(), chunk.position(), length);
            target.put(target.position(), chunk, chunk.position(), length);
            target.position(target.position() + length);
            chunk.position(chunk.position() + length);
            total += length;
            if (!chunk.hasRemaining()) {
                chunks.remove();
            }
        }
        return total;
    }

    private void requireDigest() throws SessionException {
        if (promisedDigest != null && !MessageDigest.isEqual(promisedDigest, sha256.digest())) {
            failure = new SessionException("the bytes received do not have the digest that the server took of them");
            throw (SessionException) failure;
        }
        promisedDigest = null;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the request is closed");
        }
    }

    private void await() throws IOException {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for file " + number, e);
        }
    }
}
