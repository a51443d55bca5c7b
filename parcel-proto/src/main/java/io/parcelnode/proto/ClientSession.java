package io.parcelnode.proto;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The client's end of a session. Thread-safe: any number of requests may be open at once, each read by its own thread.
 *
 * <p>Nothing waits for the server's first answer: the first requests travel right behind the client's Finished.
 */
public final class ClientSession implements Closeable {
    private static final long GOODBYE_WAIT_MS = 2_000;

    private final ByteChannel channel;
    private final ClientOptions options;
    private final FrameSender sender;
    private final FrameReceiver receiver;
    private final RemoteFile.Control control = new Requests();
    private final Map<Integer, RemoteFile> files = new HashMap<>();
    /** Requests must leave in the order of their numbers. Sending may block, so the reader never takes this. */
    private final ReentrantLock opening = new ReentrantLock();

    private final CountDownLatch granted = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile int threadsGranted;
    // Guarded by files.
    private int lastNumber;
    private IOException failure;
    private boolean closing;

    private ClientSession(ByteChannel channel, TlsHandshake.Secrets secrets, ClientOptions options) {
        this.channel = channel;
        this.options = options;
        // Requests and credit are little; what comes is much.
        sender = new FrameSender(channel, secrets.client(), options.rekeyBytes(), 1);
        receiver = new FrameReceiver(channel, secrets.server(), options.rekeyBytes(), 1, this::onFrame);
    }

    /**
     * Shakes hands.
     *
     * @param channel blocking; the session owns it from now on, also when this fails
     * @throws UntrustedServerException if {@code trust} refuses the server; nothing was sent to it
     * @throws SessionException if the handshake fails or takes too long
     */
    public static ClientSession connect(ByteChannel channel, ServerTrust trust, ClientOptions options)
            throws IOException {
        TlsHandshake.Secrets secrets;
        try {
            secrets = TlsHandshake.asClient(channel, trust, options.handshakeTimeout());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        ClientSession session = new ClientSession(channel, secrets, options);
        session.sender.send(
                Frame.START, 0, 0, body -> body.putShort((short) Limits.VERSION).put((byte) options.sealingThreads()));
        Thread reader = new Thread(session::readAll, "parcel-client");
        reader.setDaemon(true);
        reader.start();
        return session;
    }

    /** Waits for the server's answer: threads on each side for each session, at most what was asked for. */
    public int sealingThreadsGranted() throws IOException {
        try {
            granted.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the server", e);
        }
        synchronized (files) {
            if (threadsGranted == 0) {
                throw failure;
            }
        }
        return threadsGranted;
    }

    /**
     * Asks for a file and returns at once, so that many requests may be on their way together.
     *
     * @throws IllegalArgumentException if a text of the request is over its limit
     */
    public RemoteFile open(OpenRequest request) throws IOException {
        opening.lock();
        try {
            RemoteFile file;
            int number;
            synchronized (files) {
                requireOpen();
                number = ++lastNumber;
                file = new RemoteFile(control, number, request.offsetBytes(), options.creditBytes());
                files.put(number, file);
            }
            send(number, request);
            return file;
        } finally {
            opening.unlock();
        }
    }

    public boolean isOpen() {
        synchronized (files) {
            return failure == null && !closing;
        }
    }

    /** Says goodbye, waits a little for the server's, and closes the channel. Open requests fail. */
    @Override
    public void close() throws IOException {
        boolean first;
        synchronized (files) {
            first = !closing;
            closing = true;
        }
        if (!first) {
            return;
        }
        try {
            sender.send(Frame.GOODBYE, 0);
            sender.flush();
            if (!ended.await(GOODBYE_WAIT_MS, TimeUnit.MILLISECONDS)) {
                fail(new SessionException("the server did not say goodbye"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SessionException e) {
            fail(e); // It has broken before; there is nobody to say goodbye to.
        } finally {
            sender.close();
            receiver.close();
            channel.close();
        }
    }

    private void send(int number, OpenRequest request) throws IOException {
        try {
            sender.send(
                    Frame.OPEN,
                    number,
                    request.offsetBytes(),
                    body -> Frame.putOpen(body, request, options.creditBytes()));
        } catch (IOException | RuntimeException e) {
            remove(number);
            throw e;
        }
    }

    private void readAll() {
        try {
            receiver.run();
        } catch (IOException | RuntimeException e) {
            fail(e instanceof IOException known ? known : new SessionException("internal error: " + e, e));
        } finally {
            sender.close();
            receiver.close();
            ended.countDown();
        }
    }

    private void fail(IOException cause) {
        synchronized (files) {
            if (failure == null) {
                failure = cause;
            }
            files.values().forEach(file -> file.onFailure(failure));
            files.clear();
        }
        granted.countDown();
    }

    private boolean onFrame(byte type, int request, long offset, ByteBuffer body) throws IOException {
        switch (type) {
            case Frame.GRANT -> onGrant(body);
            case Frame.INFO -> require(request).onInfo(Frame.getInfo(body));
            case Frame.DATA -> require(request).onData(offset, body);
            case Frame.END -> {
                byte[] digest = new byte[Frame.DIGEST_BYTES];
                body.get(digest);
                require(request).onEnd(offset, digest);
                remove(request);
            }
            case Frame.FAILURE -> {
                require(request).onFailure(Frame.getFailure(body));
                remove(request);
            }
            case Frame.GOODBYE -> {
                fail(new SessionException("the server has ended the session"));
                ended.countDown();
                return false;
            }
            default -> throw new SessionException("the server sent a frame of unknown type " + type);
        }
        return true;
    }

    private void onGrant(ByteBuffer body) throws SessionException {
        int threads = body.get() & 0xFF;
        if (threads < 1 || threads > options.sealingThreads() || threadsGranted != 0) {
            throw new SessionException("the server granted " + threads + " threads of " + options.sealingThreads());
        }
        threadsGranted = threads;
        receiver.setThreads(threads);
        granted.countDown();
    }

    /** Every OPEN is answered by exactly one END or FAILURE, also after a CANCEL, so any other number is a fault. */
    private RemoteFile require(int request) throws SessionException {
        synchronized (files) {
            RemoteFile file = files.get(request);
            if (file == null) {
                throw new SessionException("the server answered request " + request + ", which is not open");
            }
            return file;
        }
    }

    private void remove(int request) {
        synchronized (files) {
            files.remove(request);
        }
    }

    private void requireOpen() throws SessionException {
        if (failure != null) {
            throw new SessionException(failure.getMessage(), failure);
        }
        if (closing) {
            throw new SessionException("the session is closed");
        }
    }

    private final class Requests implements RemoteFile.Control {
        @Override
        public void credit(int request, int bytes) throws IOException {
            sender.send(Frame.CREDIT, request, 0, body -> body.putInt(bytes));
        }

        @Override
        public void cancel(int request) {
            try {
                sender.send(Frame.CANCEL, request);
            } catch (IOException e) {
                fail(e); // The session is over, and the request with it.
            }
        }
    }
}
