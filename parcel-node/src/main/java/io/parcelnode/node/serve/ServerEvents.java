package io.parcelnode.node.serve;

import io.parcelnode.proto.OpenRequest;

/**
 * What happens in a server, told as it happens: to its log, its ledger, its figures. Called from many threads at once,
 * on the way of the data: an implementation neither blocks nor throws.
 */
public interface ServerEvents {
    default void onSessionStarted(LiveSession session) {}

    /** @param cause null when the client has said goodbye */
    default void onSessionEnded(LiveSession session, Exception cause) {}

    default void onTransferStarted(LiveTransfer transfer) {}

    /** The file was not opened: refused by its source, or the source failed. The request's token is not for records. */
    default void onTransferRefused(LiveSession session, OpenRequest request, Exception cause) {}

    /** @param cause why reading failed; null unless the result is {@link TransferResult#FAILED} */
    default void onTransferEnded(LiveTransfer transfer, TransferResult result, Exception cause) {}
}
