package io.parcelnode.node.serve;

import io.parcelnode.node.limits.ClientBounds;
import io.parcelnode.node.limits.RateLimits;
import io.parcelnode.udt.nio.Admission;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Lets connections in: none from networks that are denied, and so many more than there may be sessions that each can be
 * told why it is turned away, but not so many that those who are told fill the server. Thread-safe.
 */
final class Turnstile implements Admission {
    /** Connections above the number of sessions that all may have. */
    static final int TOLD_MAX = 32;
    /** Of those, one client's above its own number. */
    private static final int CLIENT_TOLD_MAX = 16;

    private final Supplier<ClientBounds> bounds;
    private final AdmissionFigures figures;
    // Guarded by this.
    private final Map<String, Integer> connections = new HashMap<>();
    private int all;

    Turnstile(Supplier<ClientBounds> bounds, AdmissionFigures figures) {
        this.bounds = bounds;
        this.figures = figures;
    }

    @Override
    public Verdict of(InetAddress source) {
        ClientBounds now = bounds.get();
        if (!now.access().admits(source)) {
            figures.handshakesDenied.increment();
            return Verdict.IGNORE;
        }
        synchronized (this) {
            int own = connections.getOrDefault(RateLimits.ownerOf(source), 0);
            if (all < now.sessions() + TOLD_MAX && own < now.clientSessions() + CLIENT_TOLD_MAX) {
                return Verdict.ADMIT;
            }
        }
        figures.handshakesRefused.increment();
        return Verdict.REFUSE;
    }

    synchronized void enter(String client) {
        connections.merge(client, 1, Integer::sum);
        all++;
    }

    synchronized void leave(String client) {
        connections.computeIfPresent(client, (name, count) -> count == 1 ? null : count - 1);
        all--;
    }
}
