package io.parcelnode.node.serve;

import io.parcelnode.node.limits.ClientBounds;
import io.parcelnode.node.limits.TokenNames;
import io.parcelnode.node.serve.AdmissionFigures.Reason;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.RequestFailedException;
import java.io.Closeable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Keeps clients to the requests that each may have open, and tokens to the sessions that each may be used on. A session
 * counts for the tokens of its open requests and for the last it has brought. Thread-safe.
 */
final class OpenRequests {
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Supplier<ClientBounds> bounds;
    private final AdmissionFigures figures;
    private final TokenNames names = new TokenNames();
    // Guarded by this.
    private final Map<String, Integer> openOfClient = new HashMap<>();
    private final Map<String, Map<Guest, Integer>> openOfToken = new HashMap<>();

    OpenRequests(Supplier<ClientBounds> bounds, AdmissionFigures figures) {
        this.bounds = bounds;
        this.figures = figures;
    }

    /** To be closed with its session. */
    Guest guest(String client) {
        return new Guest(client);
    }

    /** One session. */
    final class Guest implements Closeable {
        private final String client;
        // Guarded by the outer object.
        private String lastToken;

        private Guest(String client) {
            this.client = client;
        }

        /**
         * A request begins; it runs what it gets when it is over, once or more often.
         *
         * @throws RequestFailedException if there is no room for it now
         */
        Runnable enter(String token) throws RequestFailedException {
            String name = names.of(token);
            synchronized (OpenRequests.this) {
                requireRoom(name);
                openOfClient.merge(client, 1, Integer::sum);
                if (name != null) {
                    openOfToken.computeIfAbsent(name, added -> new HashMap<>()).merge(this, 1, Integer::sum);
                    useLast(name);
                }
            }
            AtomicBoolean over = new AtomicBoolean();
            return () -> {
                if (over.compareAndSet(false, true)) {
                    leave(name);
                }
            };
        }

        private void requireRoom(String name) throws RequestFailedException {
            ClientBounds now = bounds.get();
            if (openOfClient.getOrDefault(client, 0) >= now.clientRequests()) {
                throw busy(
                        Reason.CLIENT_REQUESTS,
                        "your address has " + now.clientRequests() + " requests open, the most that it may");
            }
            Map<Guest, Integer> users = openOfToken.getOrDefault(name, Map.of());
            if (name != null && !users.containsKey(this) && users.size() >= now.tokenSessions()) {
                throw busy(
                        Reason.TOKEN_SESSIONS,
                        "the token is used on " + now.tokenSessions() + " connections, the most that it may");
            }
        }

        private RequestFailedException busy(Reason reason, String text) {
            figures.onTurnedAway(reason);
            return new RequestFailedException(
                    FailureKind.BUSY, 0, text + "; come back in " + RETRY.toSeconds() + " s", RETRY);
        }

        private void useLast(String name) {
            String before = lastToken;
            lastToken = name;
            forgetUnused(before);
        }

        private void leave(String name) {
            synchronized (OpenRequests.this) {
                openOfClient.computeIfPresent(client, (key, open) -> open == 1 ? null : open - 1);
                if (name != null) {
                    openOfToken.get(name).merge(this, -1, Integer::sum);
                    forgetUnused(name);
                }
            }
        }

        private void forgetUnused(String name) {
            Map<Guest, Integer> users = openOfToken.get(name);
            if (users != null && !name.equals(lastToken) && users.getOrDefault(this, 0) == 0) {
                users.remove(this);
                if (users.isEmpty()) {
                    openOfToken.remove(name);
                }
            }
        }

        @Override
        public void close() {
            synchronized (OpenRequests.this) {
                useLast(null);
            }
        }
    }
}
