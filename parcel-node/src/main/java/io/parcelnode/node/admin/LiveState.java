package io.parcelnode.node.admin;

import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.serve.LiveSession;
import io.parcelnode.node.serve.LiveTransfer;
import io.parcelnode.node.serve.ServerEvents;
import io.parcelnode.node.serve.TransferResult;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Who is connected and what they fetch. Told by the server's threads, read by the sampling thread and the page. */
final class LiveState implements ServerEvents {
    private final Map<LiveSession, ClientSession> sessions = new ConcurrentHashMap<>();
    private final Map<LiveTransfer, ClientSession> transfers = new ConcurrentHashMap<>();
    private final RecentFiles recent;
    private final Traffic traffic;
    private final Clock clock;
    private final LongSupplier clockNs;

    LiveState(RecentFiles recent, Traffic traffic, Clock clock, LongSupplier clockNs) {
        this.recent = recent;
        this.traffic = traffic;
        this.clock = clock;
        this.clockNs = clockNs;
    }

    Collection<ClientSession> sessions() {
        return sessions.values();
    }

    /** Requests that are being served, those included that wait for credit. */
    int transfersOpen() {
        return transfers.size();
    }

    @Override
    public void onSessionStarted(LiveSession session) {
        sessions.put(session, new ClientSession(session, traffic, recent, clock, clockNs.getAsLong()));
    }

    @Override
    public void onSessionEnded(LiveSession session, Exception cause) {
        ClientSession client = sessions.get(session);
        if (client != null) {
            client.end(); // First: who sees that it has gone finds what it moved in the sums.
            sessions.remove(session);
        }
    }

    @Override
    public void onTransferStarted(LiveTransfer transfer) {
        ClientSession client = sessions.get(transfer.session());
        if (client != null) {
            transfers.put(transfer, client);
            client.onStarted(transfer);
        }
    }

    @Override
    public void onTransferEnded(LiveTransfer transfer, TransferResult result, Exception cause) {
        // Its session may be over by now.
        ClientSession client = transfers.remove(transfer);
        if (client != null) {
            client.onEnded(transfer, result, cause);
        }
    }

    @Override
    public void onTransferRefused(LiveSession session, OpenRequest request, Exception cause) {
        String reason = cause instanceof RequestFailedException refusal ? Words.of(refusal.kind()) : "internal";
        recent.add(new RecentFile(
                clock.instant().toEpochMilli(),
                clock.instant().toEpochMilli(),
                FileIds.printable(request.fileId()),
                Words.client(session),
                -1,
                0,
                RecentFile.REFUSED,
                reason + ": " + Words.shortened(Messages.onOneLine(Messages.of(cause))),
                0,
                null));
    }
}
