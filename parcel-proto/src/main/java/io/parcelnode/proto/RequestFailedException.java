package io.parcelnode.proto;

import java.io.IOException;
import java.time.Duration;

/** The server refused one request or failed midway in it; the session and its other requests go on. */
public final class RequestFailedException extends IOException {
    private final FailureKind kind;
    private final int upstreamStatus;
    private final Duration retryAfter;

    /** A provider of files throws this to refuse a request; its message travels to the client, so no secrets in it. */
    public RequestFailedException(FailureKind kind, int upstreamStatus, String message) {
        this(kind, upstreamStatus, message, Duration.ZERO);
    }

    /** @param retryAfter when asking again may help, up to a day; zero for not known */
    public RequestFailedException(FailureKind kind, int upstreamStatus, String message, Duration retryAfter) {
        super(message);
        Limits.requireInRange("retryAfter", retryAfter, Duration.ZERO, Limits.RETRY_AFTER_MAX);
        this.retryAfter = retryAfter;
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

    /** When the server said that asking again may help; zero if it did not. Whole seconds when it came over the wire. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
