package io.parcelnode.proto;

import java.io.IOException;

/** One request failed; the session and its other requests go on. */
public final class RequestFailedException extends IOException {
    private static final long serialVersionUID = 1;

    private final FailureKind kind;
    private final int upstreamStatus;

    /**
     * @param upstreamStatus HTTP status of the endpoint, 0 for none
     * @param text for people; at most 1024 bytes of UTF-8 travel
     */
    public RequestFailedException(FailureKind kind, int upstreamStatus, String text) {
        super(text);
        this.kind = kind;
        this.upstreamStatus = upstreamStatus;
    }

    public FailureKind kind() {
        return kind;
    }

    public int upstreamStatus() {
        return upstreamStatus;
    }
}
