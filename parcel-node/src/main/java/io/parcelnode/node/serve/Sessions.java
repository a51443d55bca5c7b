package io.parcelnode.node.serve;

import io.parcelnode.proto.ServerSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * The sessions of a server, and the ones among them that it wants to be rid of: those above its number of clients, and
 * all when it stops. A leaving session is closed when nothing is open on it, after a moment in which its client can ask
 * and be told why not. Thread-safe.
 */
final class Sessions {
    /** From telling a client to leave to closing an idle session: its first requests may be on their way. */
    private static final long GRACE_NS = 1_000_000_000;

    private static final long POLL_MS = 50;

    private final int clientsMax;
    private final LongSupplier clockNs;
    private final Executor closers;
    // Guarded by this. When each was told to leave, NOT_LEAVING before that.
    private final Map<ServerSession, Long> sessions = new HashMap<>();
    private Duration draining;

    private static final long NOT_LEAVING = Long.MAX_VALUE;

    /** @param closers run what waits for a client to take its last bytes */
    Sessions(int clientsMax, LongSupplier clockNs, Executor closers) {
        this.clientsMax = clientsMax;
        this.clockNs = clockNs;
        this.closers = closers;
    }

    /** Returns false if the session was told to leave because there are too many or the server is about to stop. */
    boolean add(ServerSession session, Duration retryAfter) {
        Duration leaveFor;
        synchronized (this) {
            long staying =
                    sessions.values().stream().filter(at -> at == NOT_LEAVING).count();
            leaveFor = draining != null ? draining : staying >= clientsMax ? retryAfter : null;
            sessions.put(session, leaveFor == null ? NOT_LEAVING : clockNs.getAsLong());
        }
        if (leaveFor != null) {
            session.leave(leaveFor);
        }
        return leaveFor == null;
    }

    synchronized void remove(ServerSession session) {
        sessions.remove(session);
        notifyAll();
    }

    /** Tells all that wait for a file that its source makes a pause. */
    void tellPause(Duration pause) {
        List<ServerSession> all;
        synchronized (this) {
            all = new ArrayList<>(sessions.keySet());
        }
        all.forEach(session -> session.tellPause(pause));
    }

    /** Closes what is leaving and has nothing to do any more. To be called now and then. */
    void closeIdle() {
        for (ServerSession session : leavingAndIdle()) {
            closers.execute(session::close);
        }
    }

    /**
     * Takes no more requests, lets those that are open come to their end, and closes all.
     *
     * @param retryAfter what clients are told
     * @param timeout then what is still open is broken off, which its client is told as well
     */
    void drain(Duration retryAfter, Duration timeout) throws InterruptedException {
        List<ServerSession> all;
        long endNs = clockNs.getAsLong() + timeout.toNanos();
        synchronized (this) {
            draining = retryAfter;
            all = new ArrayList<>(sessions.keySet());
            sessions.replaceAll((session, at) -> at == NOT_LEAVING ? (Long) clockNs.getAsLong() : at);
        }
        all.forEach(session -> session.leave(retryAfter));
        while (!isEmpty() && clockNs.getAsLong() < endNs) {
            closeIdle();
            pause();
        }
        synchronized (this) {
            all = new ArrayList<>(sessions.keySet());
        }
        all.forEach(session -> closers.execute(session::close));
    }

    /** For a while after {@link #drain}: the last bytes are on their way. */
    synchronized void awaitEmpty(Duration timeout) throws InterruptedException {
        long endNs = clockNs.getAsLong() + timeout.toNanos();
        while (!sessions.isEmpty() && clockNs.getAsLong() < endNs) {
            wait(POLL_MS);
        }
    }

    synchronized int size() {
        return sessions.size();
    }

    private synchronized boolean isEmpty() {
        return sessions.isEmpty();
    }

    private synchronized void pause() throws InterruptedException {
        if (!sessions.isEmpty()) {
            wait(POLL_MS);
        }
    }

    private synchronized List<ServerSession> leavingAndIdle() {
        long nowNs = clockNs.getAsLong();
        List<ServerSession> idle = new ArrayList<>();
        sessions.forEach((session, at) -> {
            if (at != NOT_LEAVING && nowNs - at >= GRACE_NS && session.openRequests() == 0) {
                idle.add(session);
            }
        });
        return idle;
    }
}
