package io.parcelnode.node.get;

import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.proto.RequestFailedException;

/** One file cannot be had; the others may. */
final class DownloadFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final ExitCode code;

    DownloadFailure(ExitCode code, String message) {
        super(message);
        this.code = code;
    }

    static DownloadFailure of(RequestFailedException refusal) {
        ExitCode code =
                switch (refusal.kind()) {
                    case NOT_FOUND -> ExitCode.NO_SUCH_FILE;
                    case UNAUTHORIZED, FORBIDDEN -> ExitCode.TOKEN;
                    case CHANGED, BAD_REQUEST, BUSY, UPSTREAM, INTERNAL -> ExitCode.ENDPOINT;
                };
        return new DownloadFailure(code, Messages.onOneLine(Messages.of(refusal)));
    }

    ExitCode code() {
        return code;
    }
}
