package io.parcelnode.node.serve;

import io.parcelnode.proto.OpenRequest;
import java.util.List;

/** Tells each of several listeners, in their order. */
record EventFanout(List<ServerEvents> listeners) implements ServerEvents {
    EventFanout {
        listeners = List.copyOf(listeners);
    }

    @Override
    public void onSessionStarted(LiveSession session) {
        listeners.forEach(listener -> listener.onSessionStarted(session));
    }

    @Override
    public void onSessionEnded(LiveSession session, Exception cause) {
        listeners.forEach(listener -> listener.onSessionEnded(session, cause));
    }

    @Override
    public void onTransferStarted(LiveTransfer transfer) {
        listeners.forEach(listener -> listener.onTransferStarted(transfer));
    }

    @Override
    public void onTransferRefused(LiveSession session, OpenRequest request, Exception cause) {
        listeners.forEach(listener -> listener.onTransferRefused(session, request, cause));
    }

    @Override
    public void onTransferEnded(LiveTransfer transfer, TransferResult result, Exception cause) {
        listeners.forEach(listener -> listener.onTransferEnded(transfer, result, cause));
    }
}
