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
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps a server's sessions to its limits: one thread looks at them some times a second, and at once when a request
 * begins on a session that had none. Thread-safe.
 */
public final class RateLimits implements ServerEvents, Closeable {
    private static final long LOOK_EVERY_MS = 200;
    /** However fast requests come. */
    private static final long LOOK_AGAIN_MIN_MS = 10;

    private static final int SITE_BYTES = 8;

    private final Thread thread = new Thread(this::keepLooking, "limits");
    // Guarded by this.
    private final RateKeeper keeper;
    private final Map<UUID, Session> sessions = new HashMap<>();
    private boolean news;
    private boolean closed;

    /**
     * @param totalBits bits per second, headers and repeated packets included; null for no limit
     * @param clientBits of each client: an IPv4 address, or the first 64 bits of an IPv6 address
     */
    public RateLimits(Long totalBits, Long clientBits) {
        keeper = new RateKeeper(orUnlimited(totalBits), orUnlimited(clientBits));
        thread.setDaemon(true);
        thread.start();
    }

    private static long orUnlimited(Long bits) {
        return bits == null ? RateKeeper.UNLIMITED : bits;
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
        if (session != null && keeper.onRequests(session, change)) {
            lookSoon();
        }
    }

    private void lookSoon() {
        news = true;
        notifyAll();
    }

    private void keepLooking() {
        try {
            while (true) {
                Thread.sleep(LOOK_AGAIN_MIN_MS);
                synchronized (this) {
                    if (!news && !closed) {
                        wait(LOOK_EVERY_MS);
                    }
                    if (closed) {
                        return;
                    }
                    news = false;
                    keeper.look();
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
        private Sent sent = new Sent(0, System.nanoTime());
        private CompletableFuture<UdtStats> asked;
        private long askedNs;

        Session(LiveSession live) {
            this.live = live;
            this.owner = ownerOf(live.clientAddress().getAddress());
        }

        @Override
        public String owner() {
            return owner;
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
