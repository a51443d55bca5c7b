package io.parcelnode.node.serve;

import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A line in the log for each session and request, and for what goes wrong with it; the token is no part of it. For
 * programs the session, its client and the file are fields as well.
 */
final class ServerLog implements ServerEvents {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);

    @Override
    public void onSessionStarted(LiveSession session) {
        about(LOG.atInfo(), session)
                .log(
                        "Connection from {} over {}",
                        client(session),
                        session.carrier().protocol());
    }

    @Override
    public void onSessionEnded(LiveSession session, Exception cause) {
        if (cause == null) {
            about(LOG.atInfo(), session)
                    .log("Session with {} ended, {} encryption threads", client(session), session.sealingThreads());
        } else {
            about(LOG.atWarn(), session)
                    .setCause(cause)
                    .log("Session with {} broken: {}", client(session), Messages.of(cause));
        }
        if (LOG.isDebugEnabled()) {
            about(LOG.atDebug(), session).log("Transport to {}: {}", client(session), session.transport());
        }
    }

    @Override
    public void onTransferStarted(LiveTransfer transfer) {
        OpenRequest request = transfer.request();
        about(LOG.atInfo(), transfer.session(), request)
                .log(
                        "Serving {} from byte {}, {} bytes in all",
                        FileIds.printable(request.fileId()),
                        request.offsetBytes(),
                        transfer.info().sizeBytes());
    }

    @Override
    public void onTransferRefused(LiveSession session, OpenRequest request, Exception cause) {
        String id = FileIds.printable(request.fileId());
        if (cause instanceof RequestFailedException refusal) {
            about(LOG.atInfo(), session, request).log("Refused {}: {} ({})", id, refusal.kind(), refusal.getMessage());
        } else {
            about(LOG.atWarn(), session, request).setCause(cause).log("Cannot open {}: {}", id, Messages.of(cause));
        }
    }

    @Override
    public void onTransferEnded(LiveTransfer transfer, TransferResult result, Exception cause) {
        OpenRequest request = transfer.request();
        if (result == TransferResult.FAILED) {
            about(LOG.atWarn(), transfer.session(), request)
                    .setCause(cause)
                    .log("Reading {} failed: {}", FileIds.printable(request.fileId()), Messages.of(cause));
        } else if (LOG.isDebugEnabled()) {
            about(LOG.atDebug(), transfer.session(), request)
                    .addKeyValue("bytes", transfer.bytes())
                    .log("Served {}: {}", FileIds.printable(request.fileId()), result);
        }
    }

    private static LoggingEventBuilder about(LoggingEventBuilder line, LiveSession session) {
        return line.addKeyValue("session", session.id()).addKeyValue("client", session.clientAddress());
    }

    private static LoggingEventBuilder about(LoggingEventBuilder line, LiveSession session, OpenRequest request) {
        return about(line, session).addKeyValue("file", FileIds.printable(request.fileId()));
    }

    private static String client(LiveSession session) {
        return Addresses.text(session.clientAddress());
    }
}
