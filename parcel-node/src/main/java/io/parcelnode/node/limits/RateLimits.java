package io.parcelnode.node.limits;

import io.parcelnode.node.serve.LiveSession;
import io.parcelnode.node.serve.LiveTransfer;
import io.parcelnode.node.serve.ServerEvents;
import io.parcelnode.node.serve.TransferResult;
import io.parcelnode.udt.UdtStats;
import java.io.Closeable;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Keeps a server's sessions to its limits: one thread looks at them some times a second, and at once when a request
 * begins on a session that had none. Thread-safe.
 */
public final class RateLimits implements ServerEvents, Closeable {
    private static final long LOOK_EVERY_MS = 200;
    /** However fast requests come. */
    private static final long LOOK_AGAIN_MIN_MS = 10;
    /** Looking takes no more of a processor than one part in so many, however many sessions there are. */
    private static final int LOOK_PART = 10;
    /** A process that stood still in the middle of a look has to keep to its limits again soon. */
    private static final long LOOK_AGAIN_MAX_MS = 1_000;

    private static final int SITE_BYTES = 8;

    private final Thread thread = new Thread(this::keepLooking, "limits");
    private final NodeShares nodes = new NodeShares();
    // Guarded by this.
    private final RateKeeper keeper;
    private final Map<UUID, Session> sessions = new HashMap<>();
    private UnaryOperator<String> tokenNames = new TokenNames()::of;
    private boolean limited;
    private boolean news;
    private boolean closed;

    public RateLimits(RateCaps caps) {
        keeper = new RateKeeper(caps, nodes);
        limited = !caps.isUnlimited();
        thread.setDaemon(true);
        thread.start();
    }

    /** From now on, for sessions that are there as well. */
    public synchronized void caps(RateCaps now) {
        keeper.caps(now);
        limited = !now.isUnlimited();
        lookSoon();
    }

    /** @param names as other servers have them too; before the first session */
    synchronized void nameTokens(UnaryOperator<String> names) {
        tokenNames = names;
    }

    /** What other servers leave to this one of caps that they have in common. */
    NodeShares nodes() {
        return nodes;
    }

    @Override
    public synchronized void onSessionStarted(LiveSession live) {
        Session session = new Session(live);
        sessions.put(live.id(), session);
        keeper.add(session);
        lookSoon();
    }

    @Override
    public synchronized void onSessionEnded(LiveSession live, Exception cause) {
        Session session = sessions.remove(live.id());
        if (session != null) {
            keeper.remove(session);
            lookSoon();
        }
    }

    @Override
    public synchronized void onTransferStarted(LiveTransfer transfer) {
        onRequests(transfer, 1);
    }

    @Override
    public synchronized void onTransferEnded(LiveTransfer transfer, TransferResult result, Exception cause) {
        onRequests(transfer, -1);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        thread.interrupt();
    }

    private void onRequests(LiveTransfer transfer, int change) {
        Session session = sessions.get(transfer.session().id());
        if (session == null) {
            return;
        }
        boolean otherToken =
                session.onRequests(tokenNames.apply(transfer.request().token()), change);
        if (keeper.onRequests(session, change) || otherToken) {
            lookSoon();
        }
    }

    private void lookSoon() {
        news = true;
        notifyAll();
    }

    private void keepLooking() {
        try {
            long tookMs = 0;
            while (true) {
                Thread.sleep(Math.min(LOOK_AGAIN_MAX_MS, Math.max(LOOK_AGAIN_MIN_MS, LOOK_PART * tookMs)));
                synchronized (this) {
                    if (!news && !closed) {
                        wait(limited ? LOOK_EVERY_MS : 0);
                    }
                    if (closed) {
                        return;
                    }
                    news = false;
                    long startNs = System.nanoTime();
                    keeper.look();
                    tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whose sessions count as one client's: whoever has a /64 can have any address in it. */
    public static String ownerOf(InetAddress address) {
        byte[] bytes = address.getAddress();
        return HexFormat.of().formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, SITE_BYTES) : bytes);
    }

    /** Under the lock of its {@link RateLimits}. */
    private static final class Session implements Taker {
        private final LiveSession live;
        private final String owner;
        private final Map<String, Integer> requestsOfTokens = new HashMap<>();
        private Sent sent = new Sent(0, System.nanoTime());
        private CompletableFuture<UdtStats> asked;
        private long askedNs;

        Session(LiveSession live) {
            this.live = live;
            this.owner = ownerOf(live.clientAddress().getAddress());
        }

        /**
         * @param token null for none
         * @return whether it had no request with that token until now, or has none any more
         */
        boolean onRequests(String token, int change) {
            if (token == null) {
                return false;
            }
            int before = requestsOfTokens.getOrDefault(token, 0);
            if (before + change == 0) {
                requestsOfTokens.remove(token);
                return true;
            }
            requestsOfTokens.put(token, before + change);
            return before == 0;
        }

        @Override
        public String owner() {
            return owner;
        }

        @Override
        public InetAddress address() {
            return live.clientAddress().getAddress();
        }

        @Override
        public Collection<String> tokens() {
            return requestsOfTokens.keySet();
        }

        @Override
        public Sent sent() {
            if (asked != null && asked.isDone() && !asked.isCompletedExceptionally()) {
                sent = new Sent(asked.join().bytesSent(), askedNs);
                asked = null;
            }
            if (asked == null) {
                asked = live.transportSoon();
                askedNs = System.nanoTime();
            }
            return sent;
        }

        @Override
        public void limit(long bitsPerSecond) {
            live.limitSending(bitsPerSecond);
        }
    }
}
