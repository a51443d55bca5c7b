package io.parcelnode.proto;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The server's end of a session. {@link #serve} reads in the calling thread; files are opened and read on the executor,
 * whose threads also wait while the channel is full, so give it one that grows.
 */
public final class ServerSession implements Closeable {
    private static final long CLOSE_WAIT_NS = TimeUnit.SECONDS.toNanos(2);
    /** A server sends much and receives little; what was read behind the handshake, up to 64 KiB, must fit. */
    private static final int READ_CHUNK_BYTES = 4 * Limits.RECORD_BYTES_MAX;

    private static final int FRAMES_IN_MAX = 8;
    private static final int BUFFERS_KEPT = FRAMES_IN_MAX;

    private final ByteChannel channel;
    private final FileProvider files;
    private final ServerOptions options;
    private final Executor executor;
    private final SessionThreads threads = new SessionThreads("parcel-server");
    private final ReadBuffers readBuffers = new ReadBuffers();
    private final ServerStopwatch stopwatch = new ServerStopwatch(System::nanoTime);
    private final SealedWriter writer;
    private final SealedReader reader;
    private final ByteBuffer leftover;
    private final CountDownLatch readerDone = new CountDownLatch(1);

    private final RequestTable requests;

    private final Object lock = new Object();
    // Guarded by lock.
    private IOException sendFailure;
    private Duration leaving;
    private boolean granted;

    // Used only by the delivering thread.
    private boolean startSeen;
    private int lastRequestId;
    private final OpenParts openParts = new OpenParts();

    private volatile Watchdog startWatchdog;
    private volatile int sealingThreadsGranted = 1;
    private volatile Frames.Features wanted = Frames.Features.of(0);
    private volatile boolean brokenOff; // Something was open when sending failed.

    private ServerSession(
            ByteChannel channel,
            TlsHandshake.Result handshake,
            FileProvider files,
            ServerOptions options,
            Executor executor) {
        this.channel = channel;
        this.files = files;
        this.options = options;
        this.executor = executor;
        this.leftover = handshake.leftover();
        requests = new RequestTable(options.requestsMax(), stopwatch);
        DirectionKeys outgoing = new DirectionKeys(handshake.serverSecret(), options.rekeyBytes());
        DirectionKeys incoming = new DirectionKeys(handshake.clientSecret(), Long.MAX_VALUE);
        BufferPool pool = new BufferPool(Limits.PLAIN_BYTES_MAX, BUFFERS_KEPT);
        writer = new SealedWriter(
                channel, outgoing, threads, options.framesOutMax(), stopwatch::onWriting, this::onSendFailure);
        reader = new SealedReader(channel, incoming, threads, pool, READ_CHUNK_BYTES, FRAMES_IN_MAX, this::onFrame);
    }

    /**
     * Makes the TLS 1.3 handshake. The channel belongs to the session from here on, also when this throws.
     *
     * @throws SessionException when the handshake fails or takes too long
     */
    public static ServerSession accept(
            ByteChannel channel, ServerIdentity identity, FileProvider files, ServerOptions options, Executor executor)
            throws IOException {
        TlsHandshake.Result handshake = TlsHandshake.server(channel, identity, options.handshakeTimeout());
        ServerSession session = new ServerSession(channel, handshake, files, options, executor);
        // A TLS 1.3 server has nothing to say after the client's Finished; were there something, nobody could read it.
        session.writer.start(new byte[0]);
        return session;
    }

    /**
     * Serves until the client says goodbye, then closes; also until {@link #close}, and until a client has gone that was
     * told to {@link #leave}. Call it once.
     *
     * @throws SessionException when the client broke the protocol, or the channel was cut
     */
    public void serve() throws IOException {
        startWatchdog = new Watchdog(channel, options.handshakeTimeout(), "parcel-start-watchdog");
        try {
            reader.run(leftover);
        } catch (IOException e) {
            if (!isExpected(e)) {
                throw explain(e);
            }
        } finally {
            readerDone.countDown();
            close();
        }
    }

    /** Whom we have closed, or sent away with nothing open, owes us no goodbye. */
    private boolean isExpected(IOException e) {
        synchronized (lock) {
            return requests.isClosed()
                    || leaving != null && e instanceof StreamCutException && !brokenOff && requests.size() == 0;
        }
    }

    private IOException explain(IOException e) {
        if (startWatchdog.hasBitten()) {
            return new SessionException(
                    "the client sent no START within "
                            + options.handshakeTimeout().toMillis() + " ms",
                    e);
        }
        synchronized (lock) {
            if (sendFailure != null && sendFailure != e) {
                e.addSuppressed(sendFailure);
            }
        }
        return e;
    }

    /** 1 until the client's START has been read. */
    public int sealingThreadsGranted() {
        return sealingThreadsGranted;
    }

    /** How long threads have been sealing, from the start; of several at once the sum. */
    public Duration sealing() {
        return Duration.ofNanos(writer.sealingNs());
    }

    /** What this session has spent its time on so far. */
    public ServerTimes times() {
        return stopwatch.times();
    }

    /**
     * Takes no more requests from now on; those that are open go on. A client of this version is told so and makes its
     * next requests on another session, older ones learn it from the refusal of the next request. Whoever calls this
     * closes the session when {@link #openRequests} says that it is time.
     *
     * @param retryAfter when to come back, told in whole seconds
     */
    public void leave(Duration retryAfter) {
        synchronized (lock) {
            if (leaving != null) {
                return;
            }
            leaving = retryAfter;
            requests.leave(retryAfter);
            try {
                tellLeaving();
            } catch (IOException e) {
                onUnclosed(e); // The reading side ends the session.
            }
        }
    }

    /** The source of files wants to be left alone for so long: a client that waits for some hears why nothing comes. */
    public void tellPause(Duration pause) {
        synchronized (lock) {
            if (granted && wanted.pause() && requests.size() > 0) {
                sendQuietlyNow(Frames.pause(pause));
            }
        }
    }

    /** Requests that have been neither answered to their end nor refused or cancelled. */
    public int openRequests() {
        return requests.size();
    }

    /** Closes every served file, says goodbye, and closes the channel. What is open is refused if it is leaving. */
    @Override
    public void close() {
        if (!requests.close()) {
            return;
        }
        requests.refusals().forEach(this::sendQuietlyNow);
        requests.cancelAll();
        writer.finish(Frames.goodbye());
        writer.awaitFlushed(CLOSE_WAIT_NS);
        shutDown();
        threads.join(CLOSE_WAIT_NS);
    }

    private void shutDown() {
        writer.stop();
        reader.stop();
        Watchdog watchdog = startWatchdog;
        if (watchdog != null) {
            watchdog.callOff();
        }
        closeChannel();
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (IOException e) {
            onUnclosed(e);
        }
    }

    private void onSendFailure(IOException e) {
        onUnclosed(e);
        brokenOff = requests.size() > 0;
        requests.cancelAll();
        // The client's goodbye may still be unread; without one the closed channel ends the reading.
        try {
            readerDone.await(CLOSE_WAIT_NS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        closeChannel();
    }

    /** Keeps the first failure that has nobody to be thrown at, for the exception that {@link #serve} may throw. */
    void onUnclosed(Exception e) {
        synchronized (lock) {
            if (sendFailure == null) {
                sendFailure = e instanceof IOException io ? io : new IOException("a file could not be closed", e);
            }
        }
    }

    private boolean onFrame(byte[] plain, int length) throws IOException {
        ByteBuffer frame = ByteBuffer.wrap(plain, 0, length);
        int type = frame.get();
        int requestId = frame.getInt();
        long offset = frame.getLong();
        if (!startSeen) {
            if (type != Frames.START) {
                throw new SessionException("the client sent frame type " + type + " before its START");
            }
            startSeen = true;
            wanted = Frames.Features.of(offset);
            onStart(Frames.readStart(frame));
            return false;
        }
        switch (type) {
            case Frames.OPEN_PART -> openParts.add(requestId, offset, frame);
            case Frames.OPEN -> onOpen(requestId, offset, frame);
            case Frames.CREDIT -> onCredit(requestId, Frames.readCredit(frame));
            case Frames.CANCEL -> {
                Frames.requireEmpty(frame, type);
                onCancel(requestId);
            }
            case Frames.ALIVE -> Frames.requireEmpty(frame, type);
            case Frames.GOODBYE -> {
                Frames.requireEmpty(frame, type);
                onGoodbye();
            }
            default ->
                throw new SessionException("the client sent frame type " + type + ", which only servers send"
                        + " or which " + Limits.PROTOCOL_NAME + " does not have");
        }
        return false;
    }

    private void onStart(Frames.Start start) throws IOException {
        startWatchdog.callOff();
        int threadsGranted = Math.min(start.sealingThreads(), options.sealingThreadsMax());
        sealingThreadsGranted = threadsGranted;
        reader.rekeyBytes(start.rekeyBytes());
        synchronized (lock) {
            writer.sendNow(Frames.grant(threadsGranted, options.requestsMax(), options.rekeyBytes()));
            granted = true;
            tellLeaving();
        }
        if (wanted.alive()) {
            writer.keepAlive(Limits.ALIVE_EVERY);
        }
        writer.sealingThreads(threadsGranted);
        reader.openingThreads(threadsGranted);
    }

    /** With the lock; once. */
    private void tellLeaving() throws IOException {
        if (granted && leaving != null && wanted.leaving()) {
            writer.sendNow(Frames.leaving(leaving));
        }
    }

    private void onGoodbye() throws IOException {
        if (wanted.times()) {
            writer.sendNow(Frames.times(stopwatch.times()));
        }
        requests.cancelAll();
        writer.finish(Frames.goodbye());
        reader.end();
        // The reading thread may be waiting in the channel for bytes that no longer come.
        writer.awaitFlushed(CLOSE_WAIT_NS);
        closeChannel();
    }

    private void onOpen(int requestId, long offset, ByteBuffer body) throws IOException {
        ByteBuffer whole = openParts.join(requestId, body);
        if (requestId <= lastRequestId) {
            throw new SessionException(
                    "the client opened request " + requestId + " after request " + lastRequestId + "; ids only grow");
        }
        Frames.Open open = Frames.readOpen(offset, whole);
        lastRequestId = requestId;
        ServedRequest request = new ServedRequest(this, requestId, open.request(), open.creditBytes());
        byte[] refusal = requests.add(request);
        if (refusal == null) {
            request.begin(() -> executeQuietly(request));
        } else if (refusal.length > 0) {
            writer.sendNow(refusal);
        }
    }

    /** From whatever thread the source is ready in. */
    private void executeQuietly(ServedRequest request) {
        try {
            execute(request);
        } catch (IOException e) {
            onUnclosed(e);
        }
    }

    private void execute(ServedRequest request) throws IOException {
        try {
            executor.execute(request);
        } catch (RejectedExecutionException e) {
            boolean open = forget(request);
            request.cancel();
            onTaskEnded();
            if (open) {
                writer.sendNow(
                        RequestTable.busy(request.requestId(), "the server takes no more requests now; try later"));
            }
        }
    }

    private void onCredit(int requestId, int moreBytes) throws IOException {
        ServedRequest request = requestOf("CREDIT", requestId);
        if (request != null && request.addCredit(moreBytes)) {
            execute(request);
        }
    }

    private void onCancel(int requestId) throws SessionException {
        ServedRequest request = requestOf("CANCEL", requestId);
        if (request != null && forget(request)) {
            request.cancel();
        }
    }

    /** Null for a request that ended while this frame was on its way. */
    private ServedRequest requestOf(String type, int requestId) throws SessionException {
        if (requestId < 1 || requestId > lastRequestId) {
            throw new SessionException(
                    "the client sent " + type + " for request " + requestId + ", which was never opened");
        }
        return requests.get(requestId);
    }

    boolean forget(ServedRequest request) {
        return requests.forget(request);
    }

    void onTaskEnded() {
        requests.onTaskEnded();
    }

    ServerStopwatch stopwatch() {
        return stopwatch;
    }

    /** A client that wants to know is told now and then where the time went. */
    void tellTimes() throws IOException {
        if (wanted.times() && stopwatch.isDue()) {
            writer.send(Frames.times(stopwatch.times()));
        }
    }

    FileProvider files() {
        return files;
    }

    ReadBuffers readBuffers() {
        return readBuffers;
    }

    FrameSlot acquireSlot() throws IOException {
        return writer.acquire();
    }

    void commitSlot(FrameSlot slot) throws IOException {
        writer.commit(slot);
    }

    void send(byte[] frame) throws IOException {
        writer.send(frame);
    }

    private void sendQuietlyNow(byte[] frame) {
        try {
            writer.sendNow(frame);
        } catch (IOException e) {
            onUnclosed(e);
        }
    }

    void sendQuietly(byte[] frame) {
        try {
            writer.send(frame);
        } catch (IOException e) {
            onUnclosed(e);
        }
    }
}
