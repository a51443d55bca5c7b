package io.parcelnode.node.source;

import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.RequestFailedException;
import java.io.IOException;

/** The endpoint failed in a way that may pass. */
final class EndpointException extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;

    EndpointException(String message, int status, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** What the client is told when it does not pass. */
    RequestFailedException asFinal() {
        FailureKind kind = status == 429 ? FailureKind.BUSY : FailureKind.UPSTREAM;
        RequestFailedException failure = new RequestFailedException(kind, status, getMessage());
        failure.initCause(this);
        return failure;
    }
}
