package io.parcelnode.proto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;

/**
 * One request being served, on the executor's threads, from when its source is ready. It gives its thread back when the
 * client's credit is used up and is run again when more comes, so that a reader that stalls costs no thread.
 */
final class ServedRequest implements Runnable {
    private final ServerSession session;
    private final int requestId;
    private final OpenRequest request;
    private final MessageDigest sha256 = Digests.sha256();

    // Used only by the run that is under way; runs follow each other.
    private long offset;
    private long endOffset = -1;

    private boolean started;
    private boolean sizeKnown;

    // Guarded by this.
    private FileOpening opening;
    /** The source is opening it; no thread is at work for it. */
    private boolean beingOpened = true;

    private ServedFile file;
    private boolean fileClosed;
    private long creditBytes;
    private boolean parked;
    private boolean cancelled;

    ServedRequest(ServerSession session, int requestId, OpenRequest request, int creditBytes) {
        this.session = session;
        this.requestId = requestId;
        this.request = request;
        this.creditBytes = creditBytes;
        this.offset = request.offsetBytes();
    }

    int requestId() {
        return requestId;
    }

    /**
     * Has the source open the file.
     *
     * @param whenReady runs, unless this is cancelled before, when the request has to be put on the executor
     */
    void begin(Runnable whenReady) {
        FileOpening begun = beginSource();
        session.stopwatch().onOpening(1);
        synchronized (this) {
            opening = begun;
        }
        begun.whenReady(() -> {
            if (endOpening()) {
                whenReady.run();
            }
        });
        if (isCancelled()) {
            cancelOpening(begun);
        }
    }

    private FileOpening beginSource() {
        try {
            return session.files().begin(request);
        } catch (RuntimeException e) {
            // The reading thread, which all requests share, is the wrong one to die of it.
            return FileOpening.onItsTurn(() -> {
                throw e;
            });
        }
    }

    private void cancelOpening(FileOpening begun) {
        begun.cancel();
        if (endOpening()) {
            session.onTaskEnded();
        }
    }

    private boolean endOpening() {
        synchronized (this) {
            if (!beingOpened) {
                return false;
            }
            beingOpened = false;
        }
        session.stopwatch().onOpening(-1);
        return true;
    }

    /** Returns true when the request has to be put on the executor again. */
    synchronized boolean addCredit(int moreBytes) throws SessionException {
        creditBytes += moreBytes;
        if (creditBytes > Limits.CREDIT_BYTES_MAX) {
            throw new SessionException("the client gave request " + requestId + " a credit of " + creditBytes
                    + " bytes, above " + Limits.CREDIT_BYTES_MAX);
        }
        boolean resume = parked;
        parked = false;
        return resume;
    }

    /** Closes the file, which wakes a read that is waiting in it. */
    void cancel() {
        boolean idle;
        FileOpening begun;
        synchronized (this) {
            cancelled = true;
            idle = parked;
            parked = false;
            begun = opening;
        }
        if (begun != null) {
            cancelOpening(begun);
        }
        closeFile();
        if (idle) {
            session.onTaskEnded();
        }
    }

    @Override
    public void run() {
        boolean over = true;
        session.stopwatch().onRunning(1);
        try {
            over = serve();
        } catch (RequestFailedException e) {
            refuse(e.kind(), e.upstreamStatus(), e.getMessage(), e.retryAfter());
        } catch (SessionException e) {
            // The session has ended and closes its requests itself.
            over = true;
        } catch (IOException e) {
            refuse(FailureKind.UPSTREAM, 0, describe(e), Duration.ZERO);
        } catch (RuntimeException | Error e) {
            refuse(FailureKind.INTERNAL, 0, describe(e), Duration.ZERO);
            throw e;
        } finally {
            session.stopwatch().onRunning(-1);
            if (over) {
                closeFile();
                session.onTaskEnded();
            }
        }
    }

    /** The message of a source's own exception stays here: it might hold an address or a secret. */
    private String describe(Throwable e) {
        return "the server could not read \"" + request.fileId() + "\" from byte " + offset + " on ("
                + e.getClass().getSimpleName() + ")";
    }

    private void refuse(FailureKind kind, int upstreamStatus, String text, Duration retryAfter) {
        String safe = text == null ? kind.name() : text;
        if (request.token() != null && !request.token().isEmpty()) {
            safe = safe.replace(request.token(), "***");
        }
        if (session.forget(this)) {
            session.sendQuietly(Frames.failure(requestId, kind, upstreamStatus, safe, retryAfter));
        }
    }

    /** Returns false when parked. */
    private boolean serve() throws IOException {
        if (!started) {
            started = true;
            if (isCancelled() || !open()) {
                return true;
            }
        }
        while (endOffset < 0 || offset < endOffset) {
            int allowed;
            synchronized (this) {
                if (cancelled) {
                    return true;
                }
                if (creditBytes == 0) {
                    parked = true;
                    return false;
                }
                allowed = (int) Math.min(creditBytes, ReadBuffers.BUFFER_BYTES);
            }
            if (endOffset >= 0) {
                allowed = (int) Math.min(allowed, endOffset - offset);
            }
            if (!move(allowed)) {
                requireComplete();
                break;
            }
        }
        byte[] digest = sha256.digest();
        if (!isCancelled()) {
            file.onServed(offset - request.offsetBytes(), digest.clone());
        }
        // Whoever has seen the end may count on the source having been let go.
        closeFile();
        if (session.forget(this)) {
            session.send(Frames.end(requestId, offset, digest));
        }
        return true;
    }

    /** Moves at most so many bytes from the source to the client; false at the source's end. */
    private boolean move(int bytesMax) throws IOException {
        awaitSource();
        byte[] buffer = session.readBuffers().take();
        try {
            int count = readSource(ByteBuffer.wrap(buffer, 0, bytesMax));
            if (count < 0) {
                return false;
            }
            synchronized (this) {
                creditBytes -= count;
            }
            session.tellTimes();
            sendData(buffer, count);
            return true;
        } finally {
            session.readBuffers().give(buffer);
        }
    }

    private boolean open() throws IOException {
        ServedFile opened = openSource();
        synchronized (this) {
            file = opened;
        }
        if (isCancelled()) {
            return false;
        }
        FileInfo info = opened.info();
        if (request.ifValidator() != null && !request.ifValidator().equals(info.validator())) {
            throw new RequestFailedException(
                    FailureKind.CHANGED,
                    0,
                    "\"" + request.fileId() + "\" now has the validator \"" + info.validator() + "\" instead of \""
                            + request.ifValidator() + "\"; start over");
        }
        sizeKnown = info.sizeBytes() >= 0;
        if (sizeKnown && offset > info.sizeBytes()) {
            throw new RequestFailedException(
                    FailureKind.BAD_REQUEST,
                    0,
                    "offset " + offset + " is behind the end of \"" + request.fileId() + "\" at " + info.sizeBytes());
        }
        if (request.lengthBytes() >= 0) {
            endOffset = offset + request.lengthBytes();
        }
        if (sizeKnown) {
            endOffset = endOffset < 0 ? info.sizeBytes() : Math.min(endOffset, info.sizeBytes());
        }
        session.send(Frames.info(requestId, info));
        return true;
    }

    /** A source may be a session of its own, whose end is not the end of this one. */
    private ServedFile openSource() throws IOException {
        session.stopwatch().onSource(1);
        try {
            return opening.open();
        } catch (SessionException e) {
            throw new IOException("the source's own session failed", e);
        } finally {
            session.stopwatch().onSource(-1);
        }
    }

    private void awaitSource() throws IOException {
        session.stopwatch().onSource(1);
        try {
            file.awaitBytes();
        } catch (SessionException e) {
            throw new IOException("the source's own session failed", e);
        } finally {
            session.stopwatch().onSource(-1);
        }
    }

    private int readSource(ByteBuffer target) throws IOException {
        session.stopwatch().onSource(1);
        try {
            return file.read(target);
        } catch (SessionException e) {
            throw new IOException("the source's own session failed", e);
        } finally {
            session.stopwatch().onSource(-1);
        }
    }

    /** A source of known size that ends early has failed; one of unknown size ends where it ends. */
    private void requireComplete() throws RequestFailedException {
        if (sizeKnown && !isCancelled()) {
            throw new RequestFailedException(
                    FailureKind.UPSTREAM,
                    0,
                    "the source of \"" + request.fileId() + "\" ended at byte " + offset + " of " + endOffset);
        }
    }

    private void sendData(byte[] bytes, int count) throws IOException {
        sha256.update(bytes, 0, count);
        for (int at = 0; at < count; ) {
            int length = Math.min(count - at, Limits.DATA_BYTES_MAX);
            FrameSlot slot = session.acquireSlot();
            Frames.writeDataHeader(slot.plain, requestId, offset);
            System.arraycopy(bytes, at, slot.plain, Limits.FRAME_HEADER_BYTES, length);
            slot.plainLength = Limits.FRAME_HEADER_BYTES + length;
            session.commitSlot(slot);
            at += length;
            offset += length;
        }
    }

    private synchronized boolean isCancelled() {
        return cancelled;
    }

    private void closeFile() {
        ServedFile closing;
        synchronized (this) {
            if (file == null || fileClosed) {
                return;
            }
            fileClosed = true;
            closing = file;
        }
        try {
            closing.close();
        } catch (IOException | RuntimeException e) {
            // Its bytes are sent or no longer wanted; there is nobody left to tell.
            session.onUnclosed(e);
        }
    }
}
