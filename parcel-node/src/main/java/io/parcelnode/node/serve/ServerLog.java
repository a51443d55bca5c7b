package io.parcelnode.node.serve;

import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line in the log for each session and request, and for what goes wrong with it; the token is no part of it. */
final class ServerLog implements ServerEvents {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);

    @Override
    public void onSessionStarted(LiveSession session) {
        LOG.info("Connection from {}", client(session));
    }

    @Override
    public void onSessionEnded(LiveSession session, Exception cause) {
        if (cause == null) {
            LOG.info("Session with {} ended, {} encryption threads", client(session), session.sealingThreads());
        } else {
            LOG.warn("Session with {} broken: {}", client(session), Messages.of(cause), cause);
        }
        LOG.debug("Transport to {}: {}", client(session), session.transport());
    }

    @Override
    public void onTransferStarted(LiveTransfer transfer) {
        OpenRequest request = transfer.request();
        LOG.info(
                "Serving {} from byte {}, {} bytes in all",
                FileIds.printable(request.fileId()),
                request.offsetBytes(),
                transfer.info().sizeBytes());
    }

    @Override
    public void onTransferRefused(LiveSession session, OpenRequest request, Exception cause) {
        String id = FileIds.printable(request.fileId());
        if (cause instanceof RequestFailedException refusal) {
            LOG.info("Refused {}: {} ({})", id, refusal.kind(), refusal.getMessage());
        } else {
            LOG.warn("Cannot open {}: {}", id, Messages.of(cause), cause);
        }
    }

    @Override
    public void onTransferEnded(LiveTransfer transfer, TransferResult result, Exception cause) {
        if (result == TransferResult.FAILED) {
            String id = FileIds.printable(transfer.request().fileId());
            LOG.warn("Reading {} failed: {}", id, Messages.of(cause), cause);
        }
    }

    private static String client(LiveSession session) {
        return Addresses.text(session.clientAddress());
    }
}
