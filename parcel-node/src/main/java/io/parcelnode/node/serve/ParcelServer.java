package io.parcelnode.node.serve;

import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.ByteBudget;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.MemoryPlan;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.SocketBufferCheck;
import io.parcelnode.node.limits.ClientBounds;
import io.parcelnode.node.limits.RateLimits;
import io.parcelnode.node.path.PathChannel;
import io.parcelnode.node.path.TcpPath;
import io.parcelnode.node.path.UdtPath;
import io.parcelnode.node.serve.AdmissionFigures.Reason;
import io.parcelnode.node.source.PausingSource;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.ServerIdentity;
import io.parcelnode.proto.ServerOptions;
import io.parcelnode.proto.ServerSession;
import io.parcelnode.udt.UdtOptions;
import io.parcelnode.udt.nio.UdtServerChannel;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections and serves a session on each.
 *
 * <p>Threads: one for each port accepts, one closes sessions that are to leave, one per connection reads the session's frames, one per
 * request that is worked on reads its file. All are daemons and end with {@link #close}.
 */
public final class ParcelServer implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);

    private static final int FRAMES_BYTES_MAX =
            (ServerOptions.FRAMES_OUT_MAX - ServerOptions.FRAMES_OUT_MIN) * ServerOptions.FRAME_MEMORY_BYTES;

    /** Requests of one session that have a thread at a time; those that wait for the endpoint need none of these. */
    private static final int REQUESTS_AT_ONCE = 64;

    /** What clients are told for whom there is no room: others may have gone by then. */
    private static final Duration BUSY_RETRY = Duration.ofSeconds(5);
    /** What clients of a server that stops are told: it may be up again by then. */
    private static final Duration DRAIN_RETRY = Duration.ofSeconds(2);

    private static final Duration LAST_BYTES = Duration.ofSeconds(5);
    private static final long LEAVING_POLL_MS = 250;
    private static final long ACCEPT_PAUSE_NS = 1_000_000_000;

    private final FileProvider files;
    private final ServerOptions options;
    private final ServerEvents events;
    private final Ports ports;
    private final ByteBudget frames;
    private final AdmissionFigures admissions = new AdmissionFigures();
    private final Turnstile turnstile = new Turnstile(() -> this.bounds, admissions);
    private final OpenRequests openRequests = new OpenRequests(() -> this.bounds, admissions);
    private final Sessions sessions;
    private final Clock clock = Clock.systemUTC();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile ServerIdentity identity;
    private volatile ClientBounds bounds;
    private volatile boolean closed;
    private volatile boolean draining;
    private volatile Throwable failure;
    private final AtomicInteger threadNumber = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "serve-" + threadNumber.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    private ParcelServer(
            Ports ports,
            MemoryPlan memory,
            ClientBounds bounds,
            ServerIdentity identity,
            FileProvider files,
            ServerOptions options,
            ServerEvents events) {
        this.sessions = new Sessions(() -> this.bounds, System::nanoTime, threads);
        this.bounds = bounds;
        this.ports = ports;
        this.frames = new ByteBudget(memory.framesBytes());
        this.identity = identity;
        this.files = files;
        this.options = options;
        this.events = events;
    }

    /**
     * A server that writes a log and keeps no other record.
     *
     * @throws java.net.BindException if the address is in use or not this machine's
     */
    public static ParcelServer start(
            InetSocketAddress address,
            UdtOptions transport,
            MemoryPlan memory,
            ServerIdentity identity,
            FileProvider files,
            ServerOptions options)
            throws IOException {
        return start(address, transport, memory, identity, files, options, List.of());
    }

    /** @throws java.net.BindException if the address is in use or not this machine's */
    public static ParcelServer start(
            InetSocketAddress address,
            UdtOptions transport,
            MemoryPlan memory,
            ServerIdentity identity,
            FileProvider files,
            ServerOptions options,
            List<ServerEvents> listeners)
            throws IOException {
        ClientBounds bounds = ClientBounds.ofSessions(memory.clientsMax());
        Ports.Where where = new Ports.Where(address, transport, true);
        return start(where, memory, bounds, identity, files, options, listeners);
    }

    /**
     * @param bounds who comes beyond them is told when to come back; no more sessions than the memory has room for
     * @throws java.net.BindException if the address is in use or not this machine's
     */
    public static ParcelServer start(
            Ports.Where where,
            MemoryPlan memory,
            ClientBounds bounds,
            ServerIdentity identity,
            FileProvider files,
            ServerOptions options,
            List<ServerEvents> listeners)
            throws IOException {
        List<ServerEvents> all = new ArrayList<>(listeners);
        all.add(new ServerLog());
        Ports ports = Ports.bind(where, memory);
        new SocketBufferCheck().check(ports.udp().socketBuffers(), LOG);
        ParcelServer server = new ParcelServer(ports, memory, bounds, identity, files, options, new EventFanout(all));
        ports.admission(server.turnstile);
        if (files instanceof PausingSource source) {
            source.onPause(server.sessions::tellPause);
        }
        server.threads.execute(server::acceptAll);
        if (ports.tcp() != null) {
            server.threads.execute(server::acceptTcp);
        }
        server.threads.execute(server::closeLeaving);
        return server;
    }

    public InetSocketAddress localAddress() {
        return ports.udp().localAddress();
    }

    /** Whether clients that UDP does not reach may come over TCP, at the port of the same number. */
    public boolean acceptsTcp() {
        return ports.tcp() != null;
    }

    /** For those who watch over it. */
    public UdtServerChannel port() {
        return ports.udp();
    }

    /** Who was not let in, or got no room. */
    public AdmissionFigures admissions() {
        return admissions;
    }

    /** Whether clients with this address are answered. */
    public boolean admits(InetAddress client) {
        return bounds.access().admits(client);
    }

    /**
     * From now on; sessions above the new bounds stay, those from where nobody may come any more take no more requests.
     *
     * @return how many those are
     */
    public int bounds(ClientBounds now) {
        bounds = now;
        int denied = sessions.leaveUnlessAdmitted(BUSY_RETRY);
        for (int i = 0; i < denied; i++) {
            admissions.onTurnedAway(Reason.DENIED);
        }
        return denied;
    }

    /** What sessions that begin from now on show. */
    public void identity(ServerIdentity now) {
        identity = now;
    }

    /** What all sessions hold of the memory for frames on their way. */
    public long framesBytes() {
        return frames.takenBytes();
    }

    /**
     * Takes no more requests, tells clients to come back soon, and returns when those under way have ended or {@code
     * timeout} is over. To be closed afterwards.
     */
    public void drain(Duration timeout) throws InterruptedException {
        draining = true;
        int count = sessions.size();
        LOG.info("Stopping: no new requests, {} sessions have {} s to end theirs", count, timeout.toSeconds());
        sessions.drain(DRAIN_RETRY, timeout);
        sessions.awaitEmpty(LAST_BYTES);
    }

    /** Whether clients are told to go elsewhere. */
    public boolean isDraining() {
        return draining;
    }

    /** Ends every session at once. */
    @Override
    public void close() {
        closed = true;
        ports.close();
        threads.shutdownNow();
    }

    /**
     * Returns after {@link #close}.
     *
     * @throws IOException if the server has stopped accepting connections of its own accord: it is of no more use
     */
    public void awaitEnd() throws IOException, InterruptedException {
        ended.await();
        if (failure != null) {
            throw new IOException("cannot accept connections any more: " + Messages.of(failure), failure);
        }
    }

    private void acceptAll() {
        try {
            while (!closed) {
                serveOnItsThread(new UdtPath(ports.udp().accept()));
            }
        } catch (Throwable e) {
            // Whatever it was, nobody would accept any more: the server must not live on as if.
            failure = closed ? null : e;
        } finally {
            ended.countDown();
        }
    }

    /** A server without it is still one: what fails here ends nothing. */
    private void acceptTcp() {
        boolean told = false;
        while (!closed) {
            try {
                TcpPath client = ports.tcp().accept();
                if (client != null) {
                    serveOnItsThread(client);
                }
                told = false;
            } catch (IOException e) {
                if (closed || !ports.tcp().isOpen()) {
                    return;
                }
                if (!told) {
                    LOG.warn("Cannot accept connections over TCP at the moment: {}", Messages.of(e), e);
                    told = true;
                }
                LockSupport.parkNanos(ACCEPT_PAUSE_NS); // Too many open files, say.
            }
        }
    }

    private void closeLeaving() {
        try {
            while (!ended.await(LEAVING_POLL_MS, TimeUnit.MILLISECONDS)) {
                sessions.closeIdle();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The server is closed.
        }
    }

    /** A client for whom there is no thread is turned away; the next one may find one. */
    private void serveOnItsThread(PathChannel channel) {
        String client = RateLimits.ownerOf(channel.remoteAddress().getAddress());
        turnstile.enter(client);
        try {
            threads.execute(() -> {
                try {
                    serve(channel, client);
                } finally {
                    turnstile.leave(client);
                }
            });
        } catch (Throwable e) {
            turnstile.leave(client);
            channel.abort();
            if (!closed) {
                LOG.error("Connection from {} refused: {}", text(channel.remoteAddress()), Messages.of(e), e);
            }
        }
    }

    private void serve(PathChannel channel, String client) {
        if (!bounds.access().admits(channel.remoteAddress().getAddress())) {
            channel.abort(); // Its handshake came when it might.
            return;
        }
        LiveSession live = new LiveSession(UUID.randomUUID(), channel, clock.instant());
        events.onSessionStarted(live);
        Exception cause = null;
        long framesBytes = frames.reserve(FRAMES_BYTES_MAX);
        try (OpenRequests.Guest guest = openRequests.guest(client);
                ServerSession session = ServerSession.accept(
                        channel,
                        identity,
                        new ObservedFiles(live, new BoundedFiles(files.forClient(client), guest), events, clock),
                        options.withFramesOutMax(frames(framesBytes)),
                        new LimitedExecutor(threads, REQUESTS_AT_ONCE))) {
            live.attach(session);
            Reason reason = sessions.add(session, live, BUSY_RETRY);
            if (reason != null) {
                admissions.onTurnedAway(reason);
                LOG.info("Turning {} away: {}", text(channel.remoteAddress()), reason);
            }
            try {
                session.serve();
            } finally {
                sessions.remove(session);
            }
        } catch (IOException | RuntimeException e) {
            cause = closed ? null : e; // What we end ourselves is not broken.
        } finally {
            frames.release(framesBytes);
            channel.abort();
            events.onSessionEnded(live, cause);
            live.forgetSecrets();
        }
    }

    private static int frames(long bytes) {
        return ServerOptions.FRAMES_OUT_MIN + (int) (bytes / ServerOptions.FRAME_MEMORY_BYTES);
    }

    private static String text(InetSocketAddress address) {
        return Addresses.text(address);
    }
}
