package io.parcelnode.proto;

import java.io.IOException;

/** The server refused one request or failed midway in it; the session and its other requests go on. */
public final class RequestFailedException extends IOException {
    private final FailureKind kind;
    private final int upstreamStatus;

    /** A provider of files throws this to refuse a request; its message travels to the client, so no secrets in it. */
    public RequestFailedException(FailureKind kind, int upstreamStatus, String message) {
        super(message);
        Limits.requireInRange("upstreamStatus", upstreamStatus, 0, 65_535);
        this.kind = kind;
        this.upstreamStatus = upstreamStatus;
    }

    public FailureKind kind() {
        return kind;
    }

    /** The status code of the place the server takes files from, 0 when there was none. */
    public int upstreamStatus() {
        return upstreamStatus;
    }
}
