package io.parcelnode.node.ledger;

import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.Redaction;
import io.parcelnode.node.serve.LiveSession;
import io.parcelnode.node.serve.LiveTransfer;
import io.parcelnode.node.serve.ServerEvents;
import io.parcelnode.node.serve.TransferResult;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.SourceLatency;
import java.io.Closeable;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an entry of each thing that happens in the server and puts it into the queue. The token goes no further than
 * here. Called on the server's threads: never waits, never throws.
 */
final class Recorder implements ServerEvents, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);
    private static final int FILE_CHARS_MAX = 25_000;
    private static final int REASON_CHARS_MAX = 500;

    private final UUID run;
    private final String node;
    private final Identities identities;
    private final Whoami whoami; // Null if nobody is to be asked.
    private final Clock clock;
    private final TimeOrderedIds ids;
    private final EntryQueue queue;
    private final LedgerState state;
    private final Map<LiveTransfer, Begun> transfers = new ConcurrentHashMap<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private volatile boolean full;

    private record Begun(UUID id, Identity identity) {}

    /** @param question whom to ask whose a token is, null for nobody */
    Recorder(
            UUID run,
            String node,
            Identities identities,
            Whoami.Question question,
            Clock clock,
            EntryQueue queue,
            LedgerState state) {
        this.run = run;
        this.node = node;
        this.identities = identities;
        this.whoami = question == null ? null : new Whoami(question, this::onLearned);
        this.clock = clock;
        this.ids = new TimeOrderedIds(clock);
        this.queue = queue;
        this.state = state;
    }

    @Override
    public void close() {
        if (whoami != null) {
            whoami.close();
        }
    }

    /** Sessions whose end is still to come. */
    int openSessions() {
        return sessions.get();
    }

    @Override
    public void onSessionStarted(LiveSession session) {
        sessions.incrementAndGet();
        record(() -> new EntryQueue.Pending(session(session, null, Results.RUNNING, null), null));
    }

    @Override
    public void onSessionEnded(LiveSession session, Exception cause) {
        record(() -> {
            String result = cause == null ? Results.ENDED : Results.BROKEN;
            String reason = cause == null ? null : LedgerText.reason(Messages.of(cause), null, REASON_CHARS_MAX);
            return new EntryQueue.Pending(session(session, now(), result, reason), session);
        });
        sessions.decrementAndGet();
    }

    @Override
    public void onTransferStarted(LiveTransfer transfer) {
        record(() -> {
            String token = transfer.request().token();
            Identity identity = identities.of(token);
            Begun begun = new Begun(ids.next(), identity);
            transfers.put(transfer, begun);
            if (whoami != null && identity.kind().equals(Identity.TOKEN)) {
                whoami.ask(identity.tokenHash(), token); // The endpoint has accepted it.
            }
            return new EntryQueue.Pending(transfer(transfer, begun, null, Results.RUNNING, null), null);
        });
    }

    @Override
    public void onTransferEnded(LiveTransfer transfer, TransferResult result, Exception cause) {
        Begun begun = transfers.remove(transfer);
        if (begun != null) {
            record(() -> new EntryQueue.Pending(
                    transfer(transfer, begun, now(), Results.of(result), reason(cause, transfer.request())),
                    transfer.session()));
        }
    }

    @Override
    public void onTransferRefused(LiveSession session, OpenRequest request, Exception cause) {
        record(() -> {
            Instant now = now();
            Identity identity = identities.of(request.token());
            TransferRow row = row(
                    session,
                    request,
                    new Begun(ids.next(), isAboutToken(cause) ? identity.unverified() : identity),
                    null,
                    0,
                    null,
                    Results.REFUSED,
                    reason(cause, request),
                    now,
                    now,
                    SourceLatency.NONE);
            return new EntryQueue.Pending(new Entry.Transfer(run, identity.tokenHash(), row), session);
        });
    }

    private Entry.Session session(LiveSession session, Instant end, String result, String reason) {
        InetSocketAddress client = session.clientAddress();
        return new Entry.Session(
                session.id(),
                run,
                node,
                Addresses.text(client.getAddress()),
                client.getPort(),
                micros(session.startedAt()),
                end,
                result,
                reason,
                session.sealingThreads(),
                null);
    }

    private Entry.Transfer transfer(LiveTransfer transfer, Begun begun, Instant end, String result, String reason) {
        byte[] sha256 = transfer.sha256();
        long sizeBytes = transfer.info().sizeBytes();
        TransferRow row = row(
                transfer.session(),
                transfer.request(),
                begun,
                sizeBytes < 0 ? null : (Long) sizeBytes,
                transfer.bytes(),
                sha256 == null ? null : HexFormat.of().formatHex(sha256),
                result,
                reason,
                micros(transfer.startedAt()),
                end,
                transfer.sourceLatency());
        return new Entry.Transfer(run, begun.identity().tokenHash(), row);
    }

    private TransferRow row(
            LiveSession session,
            OpenRequest request,
            Begun begun,
            Long sizeBytes,
            long bytes,
            String sha256,
            String result,
            String reason,
            Instant start,
            Instant end,
            SourceLatency source) {
        InetSocketAddress client = session.clientAddress();
        Identity identity = named(begun.identity());
        boolean asked = source.answers() > 0;
        return new TransferRow(
                begun.id(),
                session.id(),
                node,
                Addresses.text(client.getAddress()),
                client.getPort(),
                identity.who(),
                identity.kind(),
                LedgerText.clean(Redaction.without(request.token(), request.fileId()), FILE_CHARS_MAX),
                request.offsetBytes(),
                request.lengthBytes() < 0 ? null : (Long) request.lengthBytes(),
                sizeBytes,
                bytes,
                sha256,
                result,
                reason,
                start,
                end,
                null,
                null,
                end == null ? null : rate(bytes, Duration.between(start, end)),
                asked ? (Long) source.answers() : null,
                asked ? (Long) source.meanMicros() : null,
                asked ? (Long) source.p99Micros() : null);
    }

    private Identity named(Identity identity) {
        boolean open = whoami != null && identity.kind().equals(Identity.TOKEN);
        String who = open ? whoami.known(identity.tokenHash()) : null;
        return who == null ? identity : new Identity(who, Identity.WHOAMI, identity.tokenHash());
    }

    /** Names what has been recorded before; what is recorded from now on has the name already. */
    private void onLearned(String tokenHash, String who) {
        record(() -> new EntryQueue.Pending(new Entry.Owner(tokenHash, who), null));
    }

    private static Double rate(long bytes, Duration time) {
        return time.isZero() || time.isNegative() ? null : (Double) (bytes * 8e9 / time.toNanos());
    }

    private static String reason(Exception cause, OpenRequest request) {
        if (cause == null) {
            return null;
        }
        String kind =
                cause instanceof RequestFailedException refusal ? refusal.kind().name() : "UPSTREAM";
        return LedgerText.reason(kind + ": " + Messages.of(cause), request.token(), REASON_CHARS_MAX);
    }

    private static boolean isAboutToken(Exception cause) {
        return cause instanceof RequestFailedException refusal
                && (refusal.kind() == FailureKind.UNAUTHORIZED || refusal.kind() == FailureKind.FORBIDDEN);
    }

    /** As exact as the databases are. */
    private Instant now() {
        return micros(clock.instant());
    }

    private static Instant micros(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS);
    }

    @FunctionalInterface
    private interface Made {
        EntryQueue.Pending make();
    }

    private void record(Made made) {
        if (whoami == null) {
            recordNow(made);
        } else {
            // An entry without the name must not come behind the one that names those before it.
            synchronized (whoami) {
                recordNow(made);
            }
        }
    }

    private void recordNow(Made made) {
        try {
            EntryQueue.Pending pending = made.make();
            state.onAccepted(1);
            boolean taken = queue.offer(pending);
            if (!taken) {
                state.onLost(1);
                if (!full) {
                    LOG.error("Records of the ledger are lost: memory for those that wait for the disk is full");
                }
            }
            full = !taken;
        } catch (RuntimeException e) {
            state.onRefused(1);
            LOG.error("Cannot record what has happened: {}", Messages.of(e), e);
        }
    }
}
