package io.parcelnode.proto;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The client's end of a session: many requests at once over one channel. Thread-safe.
 *
 * <p>Locks are taken in one order: the session's, then a pipeline's. A file's own monitor is never held across either.
 */
public final class ClientSession implements Closeable {
    private static final long CLOSE_WAIT_NS = TimeUnit.SECONDS.toNanos(2);
    private static final int BUFFERS_KEPT = 128;
    /** A client receives much and sends little. */
    private static final int READ_CHUNK_BYTES = 256 * 1024;

    private static final int FRAMES_IN_MAX = 64;
    private static final int FRAMES_OUT_MAX = 4;

    private final ByteChannel channel;
    private final ClientOptions options;
    private final SessionThreads threads = new SessionThreads("parcel-client");
    private final BufferPool pool = new BufferPool(Limits.PLAIN_BYTES_MAX, BUFFERS_KEPT);
    private final SealedWriter writer;
    private final SealedReader reader;
    private final Watchdog grantWatchdog;
    private final CountDownLatch readerDone = new CountDownLatch(1);
    private final CountDownLatch grantedOrOver = new CountDownLatch(1);

    private final Object lock = new Object();
    // Guarded by lock.
    private final ClientRequests requests;
    private boolean closing;
    private ServerLeavingException leaving;
    private IOException failure;

    private volatile int sealingThreadsGranted = 1;
    private volatile ServerTimes serverTimes;
    private volatile Duration pause;
    // Only the delivering thread uses these.
    private boolean granted;
    private boolean telling;

    private ClientSession(ByteChannel channel, TlsHandshake.Result handshake, ClientOptions options)
            throws IOException {
        this.channel = channel;
        this.options = options;
        DirectionKeys outgoing = new DirectionKeys(handshake.clientSecret(), options.rekeyBytes());
        DirectionKeys incoming = new DirectionKeys(handshake.serverSecret(), Long.MAX_VALUE);
        writer = new SealedWriter(channel, outgoing, threads, FRAMES_OUT_MAX, writing -> {}, this::onSendFailure);
        requests = new ClientRequests(writer);
        reader = new SealedReader(channel, incoming, threads, pool, READ_CHUNK_BYTES, FRAMES_IN_MAX, this::onFrame);
        Frames.Features understood = new Frames.Features(true, true, true, options.alive());
        writer.sendNow(Frames.start(options.sealingThreads(), options.rekeyBytes(), understood.bits()));
        grantWatchdog = new Watchdog(channel, options.handshakeTimeout(), "parcel-grant-watchdog");
    }

    /**
     * Makes the TLS 1.3 handshake and returns without waiting for an answer to it, so that the first requests travel
     * with its last message. The channel belongs to the session from here on, also when this throws.
     *
     * @throws UntrustedServerException when {@code trust} refuses the server
     * @throws SessionException when the handshake fails or takes too long
     */
    public static ClientSession connect(ByteChannel channel, ServerTrust trust, ClientOptions options)
            throws IOException {
        TlsHandshake.Result handshake = TlsHandshake.client(channel, trust, options.handshakeTimeout());
        ClientSession session = new ClientSession(channel, handshake, options);
        session.writer.start(handshake.unsent());
        session.threads.start("reader", () -> session.runReader(handshake.leftover()));
        return session;
    }

    /** 1 until the server's GRANT has arrived, which is before any request's answer. */
    public int sealingThreadsGranted() {
        return sealingThreadsGranted;
    }

    /**
     * What the server has spent its time on, as it last told: about once a second while it sends, and at the end,
     * when this side closes the session. Null if it has not; older servers never do.
     */
    public ServerTimes serverTimes() {
        return serverTimes;
    }

    /** Waits for the server's GRANT and returns the number of sealing threads in it. */
    public int awaitGrant() throws IOException {
        try {
            grantedOrOver.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the server's grant");
        }
        synchronized (lock) {
            if (failure != null) {
                throw new SessionException("the session is over: " + failure.getMessage(), failure);
            }
        }
        return sealingThreadsGranted;
    }

    /** The same with the session's usual credit. */
    public RemoteFile open(OpenRequest request) throws IOException {
        return open(request, options.creditBytes());
    }

    /**
     * Sends the request and returns at once. Above the server's limit of open requests it waits its turn in here.
     *
     * @param creditBytes what the server may send ahead of the reader, 16 KiB to 1 GiB
     * @throws ServerLeavingException when the server has announced that it takes no more requests here; those that are
     *     open go on
     */
    public RemoteFile open(OpenRequest request, int creditBytes) throws IOException {
        Limits.requireInRange("creditBytes", creditBytes, Limits.CREDIT_BYTES_MIN, Limits.CREDIT_BYTES_MAX);
        awaitSpace();
        RemoteFile file = new RemoteFile(this, request, pool, creditBytes);
        synchronized (lock) {
            requireUsable();
            if (leaving != null) {
                throw new ServerLeavingException(leaving.retryAfter());
            }
            requests.add(file);
        }
        return file;
    }

    private void awaitSpace() throws IOException {
        try {
            writer.awaitSpace();
        } catch (SessionException e) {
            synchronized (lock) {
                requireUsable(); // It knows why.
            }
            throw e;
        }
    }

    private void requireUsable() throws SessionException {
        if (failure != null) {
            throw new SessionException("the session is over: " + failure.getMessage(), failure);
        }
        if (closing) {
            throw new SessionException("the session was closed by this side; make a new one");
        }
    }

    /** Whether the server has announced that it takes no more requests here; its refusals then say no more than that. */
    public boolean isServerLeaving() {
        synchronized (lock) {
            return leaving != null;
        }
    }

    /** How long the source of the server's files wants to be left alone, told since the last call; null if it was not. */
    public Duration takePause() {
        Duration told = pause;
        pause = null;
        return told;
    }

    public boolean isOpen() {
        synchronized (lock) {
            return failure == null && !closing;
        }
    }

    /** Cancels what is open, says goodbye, waits a little for the server's goodbye, and closes the channel. */
    @Override
    public void close() {
        List<RemoteFile> cancelled;
        synchronized (lock) {
            if (closing) {
                return;
            }
            closing = true;
            cancelled = requests.takeAll();
        }
        for (RemoteFile file : cancelled) {
            file.onFailure(new SessionException("the session was closed by this side"));
        }
        writer.finish(Frames.goodbye());
        // A channel that is closed with data unread may take the goodbye back, so the server's end is awaited.
        if (writer.awaitFlushed(CLOSE_WAIT_NS)) {
            awaitReader();
        }
        shutDown();
        threads.join(CLOSE_WAIT_NS);
    }

    private void shutDown() {
        writer.stop();
        reader.stop();
        grantWatchdog.callOff();
        try {
            channel.close();
        } catch (IOException e) {
            synchronized (lock) {
                if (failure == null) {
                    failure = e;
                }
            }
        }
    }

    void sendCredit(RemoteFile file, int moreBytes) {
        synchronized (lock) {
            requests.sendCredit(file, moreBytes);
        }
    }

    void raiseCredit(RemoteFile file, int bytes) {
        synchronized (lock) {
            requests.raiseCredit(file, bytes);
        }
    }

    void cancel(RemoteFile file) {
        synchronized (lock) {
            requests.cancel(file);
        }
    }

    private void runReader(ByteBuffer leftover) {
        IOException reason = new SessionException("the server ended the session with its goodbye");
        try {
            reader.run(leftover);
            synchronized (lock) {
                reason = leaving == null ? reason : leaving;
            }
        } catch (IOException e) {
            reason = grantWatchdog.hasBitten()
                    ? new SessionException(
                            "the server did not answer START within "
                                    + options.handshakeTimeout().toMillis() + " ms",
                            e)
                    : e;
        } finally {
            fail(reason);
            grantedOrOver.countDown();
            readerDone.countDown();
        }
    }

    /** What the server sent before it hung up says more than that it did, so the reading side may finish first. */
    private void onSendFailure(IOException reason) {
        awaitReader();
        fail(reason);
    }

    private void awaitReader() {
        try {
            readerDone.await(CLOSE_WAIT_NS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fail(IOException reason) {
        List<RemoteFile> failed;
        synchronized (lock) {
            if (failure == null) {
                failure = reason;
            }
            failed = requests.takeAll();
            if (closing) {
                // close() is on its way and ends the rest; the reader must not cut off its goodbye.
                return;
            }
        }
        for (RemoteFile file : failed) {
            file.onFailure(reason);
        }
        shutDown();
    }

    private boolean onFrame(byte[] plain, int length) throws IOException {
        ByteBuffer frame = ByteBuffer.wrap(plain, 0, length);
        int type = frame.get();
        int requestId = frame.getInt();
        long offset = frame.getLong();
        if (type == Frames.GOODBYE) {
            Frames.requireEmpty(frame, type);
            reader.end();
            return false;
        }
        if (!granted) {
            if (type != Frames.GRANT) {
                throw new SessionException("the server sent frame type " + type + " before its GRANT");
            }
            granted = true;
            onGrant(Frames.readGrant(frame));
            return false;
        }
        if (type == Frames.TIMES) {
            serverTimes = Frames.readTimes(frame);
            return false;
        }
        if (type == Frames.LEAVING) {
            onLeaving(new ServerLeavingException(Frames.readLeaving(frame)));
            return false;
        }
        if (type == Frames.PAUSE) {
            pause = Frames.readPause(frame);
            return false;
        }
        if (type == Frames.ALIVE) {
            Frames.requireEmpty(frame, type);
            onAlive();
            return false;
        }
        RemoteFile file = fileOf(type, requestId);
        if (file == null) {
            return false;
        }
        switch (type) {
            case Frames.INFO -> file.onInfo(Frames.readInfo(frame));
            case Frames.DATA -> {
                return file.onData(offset, plain, Limits.FRAME_HEADER_BYTES, length);
            }
            case Frames.END -> {
                file.onEnd(offset, Frames.readEnd(frame));
                forget(requestId);
            }
            case Frames.FAILURE -> {
                file.onFailure(Frames.readFailure(offset, frame));
                forget(requestId);
            }
            default ->
                throw new SessionException("the server sent frame type " + type + ", which only clients send"
                        + " or which " + Limits.PROTOCOL_NAME + " does not have");
        }
        return false;
    }

    /** The server knows the frame: it may be told the same. */
    private void onAlive() throws SessionException {
        if (!options.alive()) {
            throw new SessionException("the server sent ALIVE, which it was not asked for");
        }
        if (!telling) {
            telling = true;
            writer.keepAlive(Limits.ALIVE_EVERY);
        }
    }

    /** What has not been sent yet is not sent any more. */
    private void onLeaving(ServerLeavingException reason) {
        synchronized (lock) {
            leaving = reason;
            requests.takeWaiting().forEach(file -> file.onFailure(reason));
        }
    }

    private RemoteFile fileOf(int type, int requestId) throws SessionException {
        synchronized (lock) {
            return requests.of(type, requestId);
        }
    }

    private void forget(int requestId) throws IOException {
        synchronized (lock) {
            requests.onEnded(requestId);
        }
    }

    private void onGrant(Frames.Grant grant) throws IOException {
        if (grant.sealingThreads() > options.sealingThreads()) {
            throw new SessionException("the server granted " + grant.sealingThreads() + " sealing threads where "
                    + options.sealingThreads() + " were asked for");
        }
        grantWatchdog.callOff();
        reader.rekeyBytes(grant.rekeyBytes());
        sealingThreadsGranted = grant.sealingThreads();
        writer.sealingThreads(grant.sealingThreads());
        reader.openingThreads(grant.sealingThreads());
        grantedOrOver.countDown();
        synchronized (lock) {
            requests.openMax(grant.requestsMax());
        }
    }
}
