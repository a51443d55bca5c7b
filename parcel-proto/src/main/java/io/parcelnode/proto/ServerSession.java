package io.parcelnode.proto;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The server's end of a session. {@link #serve} belongs to one thread; {@link #close} may come from any. */
public final class ServerSession implements Closeable {
    private final ByteChannel channel;
    private final FileProvider files;
    private final ServerOptions options;
    private final Executor executor;
    private final FrameSender sender;
    private final FrameReceiver receiver;
    private final Map<Integer, ServedRequest> requests = new HashMap<>();
    private volatile int threadsGranted;
    // Guarded by requests.
    private int lastNumber;

    private ServerSession(
            ByteChannel channel,
            TlsHandshake.Secrets secrets,
            FileProvider files,
            ServerOptions options,
            Executor executor) {
        this.channel = channel;
        this.files = files;
        this.options = options;
        this.executor = executor;
        sender = new FrameSender(channel, secrets.server(), options.rekeyBytes(), 1);
        receiver = new FrameReceiver(channel, secrets.client(), options.rekeyBytes(), 1, this::onFrame);
    }

    /**
     * Shakes hands.
     *
     * @param channel blocking; the session owns it from now on, also when this fails
     * @param executor reads files, one task for each open request; tasks block
     * @throws SessionException if the peer speaks TLS badly, or does not come to an end with it
     */
    public static ServerSession accept(
            ByteChannel channel, ServerIdentity identity, FileProvider files, ServerOptions options, Executor executor)
            throws IOException {
        try {
            TlsHandshake.Secrets secrets = TlsHandshake.asServer(channel, identity, options.handshakeTimeout());
            return new ServerSession(channel, secrets, files, options, executor);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** 0 until the client has asked. */
    public int sealingThreadsGranted() {
        return threadsGranted;
    }

    /**
     * Serves requests; returns when the client has said goodbye, heard ours and closed the channel.
     *
     * @throws SessionException if the client breaks the protocol or its stream is cut
     */
    public void serve() throws IOException {
        try {
            receiver.run();
        } finally {
            cancelAll();
        }
    }

    /** Ends the session and every request at once, then closes the channel. */
    @Override
    public void close() throws IOException {
        cancelAll();
        sender.close();
        receiver.close();
        channel.close();
    }

    private boolean onFrame(byte type, int request, long offset, ByteBuffer body) throws IOException {
        if (threadsGranted == 0 && type != Frame.START) {
            throw new SessionException("the client's first frame has type " + type + " instead of START");
        }
        switch (type) {
            case Frame.START -> onStart(body);
            case Frame.OPEN -> onOpen(request, offset, body);
            case Frame.CREDIT -> {
                int bytes = body.getInt();
                ServedRequest served = find(request);
                if (served != null) {
                    served.credit(bytes);
                }
            }
            case Frame.CANCEL -> {
                ServedRequest served = find(request);
                if (served != null) {
                    served.cancel();
                }
            }
            case Frame.GOODBYE -> {
                cancelAll();
                sender.send(Frame.GOODBYE, 0);
                return false;
            }
            default -> throw new SessionException("the client sent a frame of unknown type " + type);
        }
        return true;
    }

    private void onStart(ByteBuffer body) throws IOException {
        int version = body.getShort();
        int asked = body.get() & 0xFF;
        if (version != Limits.VERSION || asked < 1 || asked > Limits.SEALING_THREADS_MAX || threadsGranted != 0) {
            throw new SessionException("the client started version " + version + " with " + asked + " threads");
        }
        int granted = Math.min(asked, options.sealingThreadsMax());
        threadsGranted = granted;
        sender.setThreads(granted);
        sender.send(Frame.GRANT, 0, 0, grant -> grant.put((byte) granted));
    }

    private void onOpen(int number, long offset, ByteBuffer body) throws IOException {
        long lengthBytes = body.getLong();
        int creditBytes = body.getInt();
        OpenRequest request = Frame.getOpen(body, offset, lengthBytes);
        ServedRequest served;
        synchronized (requests) {
            if (number <= lastNumber || creditBytes <= 0 || creditBytes > Limits.CREDIT_MAX_BYTES) {
                throw new SessionException(
                        "the client opened request " + number + " with a credit of " + creditBytes + " bytes");
            }
            lastNumber = number;
            if (requests.size() >= options.requestsMax()) {
                throw new SessionException(
                        "the client has more than " + options.requestsMax() + " requests open at once");
            }
            served = new ServedRequest(sender, files, request, number, creditBytes, this::forget);
            requests.put(number, served);
        }
        try {
            executor.execute(served);
        } catch (RejectedExecutionException e) {
            throw new SessionException("the server is stopping", e);
        }
    }

    private void forget(int number) {
        synchronized (requests) {
            requests.remove(number);
        }
    }

    /** Null for a request that has just been answered: its client could not know. */
    private ServedRequest find(int number) {
        synchronized (requests) {
            return requests.get(number);
        }
    }

    private void cancelAll() {
        List<ServedRequest> open;
        synchronized (requests) {
            open = List.copyOf(requests.values());
        }
        open.forEach(ServedRequest::cancel);
    }
}
