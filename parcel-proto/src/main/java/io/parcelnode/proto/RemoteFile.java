package io.parcelnode.proto;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * One file on its way from the server. Read by one thread at a time; closed by any.
 *
 * <p>The session's reading thread puts opened frames here, never more than the credit, and {@link #read} takes them out
 * and hashes them. What arrived before a failure is handed out before the failure is thrown.
 */
public final class RemoteFile implements Closeable {
    /** Below this a frame is copied behind the one before it, so that small frames do not each hold a large array. */
    private static final int SMALL_BYTES = 4096;

    private static final class Piece {
        final byte[] bytes;
        int position;
        int limit;

        Piece(byte[] bytes, int position, int limit) {
            this.bytes = bytes;
            this.position = position;
            this.limit = limit;
        }
    }

    private final ClientSession session;
    private final OpenRequest request;
    private final BufferPool pool;
    /** Grows under the session's lock. */
    private volatile int creditBytes;

    private final MessageDigest sha256 = Digests.sha256();
    private final Object reading = new Object();
    private final Object monitor = new Object();

    // Guarded by the session's lock.
    int requestId;

    // Guarded by monitor.
    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
    private FileInfo info;
    private IOException failure;
    private byte[] endSha256;
    private long creditLeftBytes;
    private long offsetReceived;
    private long limitOffset = Long.MAX_VALUE;
    private boolean closed;
    private long waitedNs;

    // Guarded by reading.
    private int creditOwedBytes;
    private boolean verified;

    RemoteFile(ClientSession session, OpenRequest request, BufferPool pool, int creditBytes) {
        this.session = session;
        this.request = request;
        this.pool = pool;
        this.creditBytes = creditBytes;
        this.creditLeftBytes = creditBytes;
        this.offsetReceived = request.offsetBytes();
    }

    /**
     * Waits for the server's answer.
     *
     * @throws RequestFailedException when the server refused the request
     * @throws SessionException when the session ended first
     */
    public FileInfo info() throws IOException {
        synchronized (monitor) {
            while (info == null && failure == null && !closed) {
                await();
            }
            if (info != null) {
                return info;
            }
            throw failure();
        }
    }

    /**
     * Reads the next bytes; blocks for at least one.
     *
     * @return -1 only when the server's sealed END came, and the count and SHA-256 of all bytes read here agree with it
     * @throws RequestFailedException when the server refused the request, or failed midway
     * @throws SessionException when the session ended first, or the bytes are not what the server sent
     */
    public int read(ByteBuffer target) throws IOException {
        synchronized (reading) {
            if (!target.hasRemaining()) {
                return 0;
            }
            Piece piece;
            int count;
            synchronized (monitor) {
                while (pieces.isEmpty() && endSha256 == null && failure == null && !closed) {
                    await();
                }
                if (closed) {
                    throw failure();
                }
                piece = pieces.peekFirst();
                if (piece == null) {
                    if (failure != null) {
                        throw failure();
                    }
                    verify();
                    return -1;
                }
                count = Math.min(piece.limit - piece.position, target.remaining());
            }
            // The reading thread only ever appends behind the limit, so these bytes need no lock.
            sha256.update(piece.bytes, piece.position, count);
            target.put(piece.bytes, piece.position, count);
            boolean more;
            synchronized (monitor) {
                piece.position += count;
                if (piece.position == piece.limit && !closed) {
                    pieces.removeFirst();
                    pool.give(piece.bytes);
                }
                more = endSha256 == null && failure == null && !closed;
            }
            creditOwedBytes += count;
            if (more && creditOwedBytes >= creditBytes / 4) {
                grantCredit();
            }
            return count;
        }
    }

    /** Counted before it is sent: the server may answer before this thread goes on. */
    private void grantCredit() {
        int more = creditOwedBytes;
        creditOwedBytes = 0;
        synchronized (monitor) {
            more = (int) Math.min(more, limitOffset - offsetReceived - creditLeftBytes);
            creditLeftBytes += more;
        }
        if (more > 0) {
            session.sendCredit(this, more);
        }
    }

    /**
     * Gives no credit beyond {@code offset} from now on: somebody else fetches what lies behind it. Whoever reads this
     * one stops there and closes it; its END, and so the check of its SHA-256, does not come.
     *
     * @return the limit as it is, which lies further on if the server may have sent more already
     */
    public long limitTo(long offset) {
        synchronized (monitor) {
            limitOffset = Math.min(limitOffset, Math.max(offset, offsetReceived + creditLeftBytes));
            return limitOffset;
        }
    }

    private void verify() throws IOException {
        if (!verified) {
            if (!Arrays.equals(sha256.digest(), endSha256)) {
                failure = new ContentMismatchException("the bytes received of \"" + request.fileId()
                        + "\" do not have the SHA-256 that the server sent; discard them");
                throw failure();
            }
            verified = true;
        }
    }

    /**
     * Lets the server send further ahead of the reader from now on; never less far than before. For the one file of
     * many open ones whose turn it is.
     *
     * @param bytes 16 KiB to 1 GiB
     */
    public void raiseCredit(int bytes) {
        Limits.requireInRange("bytes", bytes, Limits.CREDIT_BYTES_MIN, Limits.CREDIT_BYTES_MAX);
        session.raiseCredit(this, bytes);
    }

    /** Cancels the request unless it is at its end. What has not been read is dropped. */
    @Override
    public void close() {
        synchronized (monitor) {
            if (closed) {
                return;
            }
            closed = true;
            // Not given back to the pool: a read in another thread may be copying from the first one.
            pieces.clear();
            monitor.notifyAll();
        }
        session.cancel(this);
    }

    /** How long {@link #info} and {@link #read} have waited for the server in all. */
    public long waitedNs() {
        synchronized (monitor) {
            return waitedNs;
        }
    }

    OpenRequest request() {
        return request;
    }

    int creditBytes() {
        return creditBytes;
    }

    /** Called with the session's lock; returns by how much the credit has grown. */
    int growCredit(int bytes) {
        int more = Math.max(0, bytes - creditBytes);
        synchronized (monitor) {
            more = (int) Math.max(0, Math.min(more, limitOffset - offsetReceived - creditLeftBytes));
            creditLeftBytes += more;
        }
        creditBytes += more;
        return more;
    }

    void onInfo(FileInfo newInfo) throws SessionException {
        synchronized (monitor) {
            if (info != null) {
                throw outOfOrder("a second INFO");
            }
            info = newInfo;
            monitor.notifyAll();
        }
    }

    /** Returns true when the array was kept. */
    boolean onData(long offset, byte[] plain, int start, int end) throws SessionException {
        int count = end - start;
        synchronized (monitor) {
            if (closed) {
                return false;
            }
            if (info == null) {
                throw outOfOrder("DATA before INFO");
            }
            if (count == 0 || offset != offsetReceived) {
                throw outOfOrder(
                        "DATA of " + count + " bytes at " + offset + " where " + offsetReceived + " was next,");
            }
            if (count > creditLeftBytes) {
                throw outOfOrder("DATA of " + count + " bytes with a credit of " + creditLeftBytes + " bytes left");
            }
            if (request.lengthBytes() >= 0 && offset + count - request.offsetBytes() > request.lengthBytes()) {
                throw outOfOrder("more than the " + request.lengthBytes() + " bytes asked for");
            }
            creditLeftBytes -= count;
            offsetReceived += count;
            monitor.notifyAll();
            Piece last = pieces.peekLast();
            if (count < SMALL_BYTES && last != null && last.bytes.length - last.limit >= count) {
                System.arraycopy(plain, start, last.bytes, last.limit, count);
                last.limit += count;
                return false;
            }
            pieces.addLast(new Piece(plain, start, end));
            return true;
        }
    }

    void onEnd(long endOffset, byte[] sha256OfSent) throws SessionException {
        synchronized (monitor) {
            if (info == null) {
                throw outOfOrder("END before INFO");
            }
            if (!closed && endOffset != offsetReceived) {
                throw outOfOrder("END at " + endOffset + " after data up to " + offsetReceived);
            }
            long wanted = wantedEnd();
            if (!closed && wanted >= 0 && wanted != endOffset) {
                throw outOfOrder("END at " + endOffset + " where the file's size demands " + wanted);
            }
            endSha256 = sha256OfSent;
            monitor.notifyAll();
        }
    }

    /** -1 when the size is unknown. */
    private long wantedEnd() {
        if (info.sizeBytes() < 0) {
            return -1;
        }
        long rest = Math.max(0, info.sizeBytes() - request.offsetBytes());
        return request.offsetBytes() + (request.lengthBytes() < 0 ? rest : Math.min(rest, request.lengthBytes()));
    }

    void onFailure(IOException newFailure) {
        synchronized (monitor) {
            if (failure == null && endSha256 == null) {
                failure = newFailure;
            }
            monitor.notifyAll();
        }
    }

    private SessionException outOfOrder(String what) {
        return new SessionException("the server sent " + what + " for request " + requestId + " (\"" + request.fileId()
                + "\"); the session is closed");
    }

    /** A fresh exception each time, so that its stack names the caller and suppressed ones do not pile up. */
    private IOException failure() {
        if (failure instanceof RequestFailedException refused) {
            RequestFailedException fresh = new RequestFailedException(
                    refused.kind(), refused.upstreamStatus(), refused.getMessage(), refused.retryAfter());
            fresh.initCause(refused);
            return fresh;
        }
        if (failure instanceof ServerLeavingException leaving) {
            return new ServerLeavingException(leaving.retryAfter());
        }
        if (failure instanceof ContentMismatchException) {
            return new ContentMismatchException(failure.getMessage());
        }
        if (failure != null) {
            return new SessionException(failure.getMessage(), failure);
        }
        return new SessionException("the file \"" + request.fileId() + "\" was closed by this side");
    }

    private void await() throws InterruptedIOException {
        long startNs = System.nanoTime();
        try {
            monitor.wait();
            waitedNs += System.nanoTime() - startNs;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for \"" + request.fileId() + "\"");
        }
    }

    @Override
    public String toString() {
        return "RemoteFile[" + request + "]";
    }
}
