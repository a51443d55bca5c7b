package io.parcelnode.node.serve;

import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Redaction;
import io.parcelnode.node.path.PathChannel;
import io.parcelnode.node.path.Transport;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.ServerSession;
import io.parcelnode.proto.ServerTimes;
import io.parcelnode.udt.UdtStats;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** One client's session, as it is now. Thread-safe. */
public final class LiveSession {
    private final UUID id;
    private final PathChannel channel;
    private final Instant startedAt;
    private final Redaction.OfClient secrets = new Redaction.OfClient();
    private final Redaction.OfClient names = new Redaction.OfClient();
    private volatile ServerSession session;
    private volatile UdtStats lastTransport;
    // Guarded by this.
    private CompletableFuture<UdtStats> asked;

    /** Of a client that has connected just now. */
    LiveSession(UUID id, PathChannel channel, Instant startedAt) {
        this.id = id;
        this.channel = channel;
        this.startedAt = startedAt;
    }

    public UUID id() {
        return id;
    }

    /** What its bytes go over. */
    public Transport carrier() {
        return channel.transport();
    }

    /** Where the client is now: it may move. */
    public InetSocketAddress clientAddress() {
        return channel.remoteAddress();
    }

    public Instant startedAt() {
        return startedAt;
    }

    /**
     * Counters of the session's connection, from its start; null while and if there are none. Waits for the thread that
     * serves the port.
     */
    public UdtStats transport() {
        return transport(transportSoon());
    }

    /** Asks for {@link #transport()} without waiting: who looks at many sessions asks all of them first. */
    public CompletableFuture<UdtStats> transportSoon() {
        return channel.statsSoon();
    }

    /** What has come, or will come, of {@link #transportSoon()}. */
    public UdtStats transport(CompletableFuture<UdtStats> asked) {
        try {
            lastTransport = asked.join();
        } catch (RuntimeException e) {
            // That thread has ended; the figures from before are the last there are.
        }
        return lastTransport;
    }

    /** Whether nothing had been heard from the client for so long when that was last looked at; it is looked at again. */
    synchronized boolean wasSilentFor(Duration time) {
        if (asked != null && !asked.isDone()) {
            return false; // The thread that would know has no time, or has ended.
        }
        UdtStats stats = asked == null || asked.isCompletedExceptionally() ? null : asked.join();
        asked = transportSoon();
        return stats != null && stats.silenceNs() > time.toNanos();
    }

    /** Ends the connection at once. */
    void abort() {
        channel.abort();
    }

    /** @param bitsPerSecond as {@link PathChannel#limitSending} has it */
    public void limitSending(long bitsPerSecond) {
        channel.limitSending(bitsPerSecond);
    }

    /** Granted to the client; 1 until it has asked. */
    public int sealingThreads() {
        return session == null ? 1 : session.sealingThreadsGranted();
    }

    /** How long threads have been sealing for it; of several at once the sum. */
    public Duration sealing() {
        return session == null ? Duration.ZERO : session.sealing();
    }

    /** What it has spent its time on. */
    public ServerTimes times() {
        return session == null ? ServerTimes.NONE : session.times();
    }

    /** The client has brought it: no line of the log may have its token, nor its file's name if names are hidden. */
    void onRequest(OpenRequest request) {
        secrets.remember(request.token());
        if (FileIds.areHidden()) {
            names.remember(request.fileId()); // Libraries and endpoints say names as well.
        }
    }

    /** Nothing more is said about it. */
    void forgetSecrets() {
        secrets.close();
        names.close();
    }

    /** The client's handshake is over. */
    void attach(ServerSession established) {
        session = established;
    }
}
