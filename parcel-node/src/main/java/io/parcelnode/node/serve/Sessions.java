package io.parcelnode.node.serve;

import io.parcelnode.node.limits.AccessList;
import io.parcelnode.node.limits.ClientBounds;
import io.parcelnode.node.limits.RateLimits;
import io.parcelnode.node.serve.AdmissionFigures.Reason;
import io.parcelnode.proto.ServerSession;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The sessions of a server, and the ones among them that it wants to be rid of: those above the number that all or
 * one client may have, and all when it stops. A leaving session is closed when nothing is open on it, after a moment in which its client can ask
 * and be told why not. Thread-safe.
 */
final class Sessions {
    /** From telling a client to leave to closing an idle session: its first requests may be on their way. */
    private static final long GRACE_NS = 1_000_000_000;

    private static final long POLL_MS = 50;
    /** A client that is there says something every two seconds at least. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(5);

    private final Supplier<ClientBounds> bounds;
    private final LongSupplier clockNs;
    private final Executor closers;
    // Guarded by this.
    private final Map<ServerSession, Stay> sessions = new HashMap<>();
    private Duration draining;

    private static final long NOT_LEAVING = Long.MAX_VALUE;

    /** @param leavingNs when it was told to leave, {@link #NOT_LEAVING} before that */
    private record Stay(LiveSession live, long leavingNs) {
        boolean isLeaving() {
            return leavingNs != NOT_LEAVING;
        }

        Stay leavingAt(long nowNs) {
            return isLeaving() ? this : new Stay(live, nowNs);
        }

        InetAddress client() {
            return live.clientAddress().getAddress();
        }
    }

    /**
     * @param bounds as they are at that time
     * @param closers run what waits for a client to take its last bytes
     */
    Sessions(Supplier<ClientBounds> bounds, LongSupplier clockNs, Executor closers) {
        this.bounds = bounds;
        this.clockNs = clockNs;
        this.closers = closers;
    }

    /** Returns why the session was told to leave, null if it may stay. */
    Reason add(ServerSession session, LiveSession live, Duration retryAfter) {
        Reason reason;
        Duration leaveFor;
        synchronized (this) {
            reason = noRoomFor(live);
            leaveFor = draining != null ? draining : retryAfter;
            sessions.put(session, new Stay(live, reason == null ? NOT_LEAVING : clockNs.getAsLong()));
        }
        if (reason != null) {
            session.leave(leaveFor);
        }
        return reason;
    }

    private Reason noRoomFor(LiveSession live) {
        if (draining != null) {
            return Reason.STOPPING;
        }
        ClientBounds now = bounds.get();
        List<Stay> staying =
                sessions.values().stream().filter(stay -> !stay.isLeaving()).toList();
        if (staying.size() >= now.sessions()) {
            return Reason.MAX_CLIENTS;
        }
        String owner = RateLimits.ownerOf(live.clientAddress().getAddress());
        long own = staying.stream()
                .filter(stay -> RateLimits.ownerOf(stay.client()).equals(owner))
                .count();
        return own >= now.clientSessions() ? Reason.CLIENT_SESSIONS : null;
    }

    /** Those whose address is not admitted any more take no more requests, what they have open may end. */
    int leaveUnlessAdmitted(Duration retryAfter) {
        List<ServerSession> denied = new ArrayList<>();
        synchronized (this) {
            AccessList access = bounds.get().access();
            sessions.replaceAll((session, stay) -> {
                if (stay.isLeaving() || access.admits(stay.client())) {
                    return stay;
                }
                denied.add(session);
                return stay.leavingAt(clockNs.getAsLong());
            });
        }
        denied.forEach(session -> closers.execute(() -> session.leave(retryAfter)));
        return denied.size();
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
            sessions.replaceAll((session, stay) -> stay.leavingAt(clockNs.getAsLong()));
        }
        all.forEach(session -> session.leave(retryAfter));
        while (!isEmpty() && clockNs.getAsLong() < endNs) {
            closeIdle();
            abortSilent();
            pause();
        }
        synchronized (this) {
            all = new ArrayList<>(sessions.keySet());
        }
        all.forEach(session -> closers.execute(session::close));
    }

    /** A client that was killed asks for nothing more, and would be waited for until its connection is given up. */
    private void abortSilent() {
        List<Stay> all;
        synchronized (this) {
            all = new ArrayList<>(sessions.values());
        }
        for (Stay stay : all) {
            if (stay.live().wasSilentFor(SILENCE_MAX)) {
                stay.live().abort();
            }
        }
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
        sessions.forEach((session, stay) -> {
            if (stay.isLeaving() && nowNs - stay.leavingNs >= GRACE_NS && session.openRequests() == 0) {
                idle.add(session);
            }
        });
        return idle;
    }
}
