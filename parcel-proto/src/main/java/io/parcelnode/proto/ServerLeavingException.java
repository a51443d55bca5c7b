package io.parcelnode.proto;

import java.time.Duration;

/**
 * The server takes no more requests on this session: it is full, or about to stop. Another session, with another server
 * of the same name or with this one later, goes on.
 */
public final class ServerLeavingException extends SessionException {
    private final Duration retryAfter;

    ServerLeavingException(Duration retryAfter) {
        super("the server takes no more requests on this connection and asks to come back in " + retryAfter.toSeconds()
                + " s");
        this.retryAfter = retryAfter;
    }

    /** When the same server may be asked again; whole seconds. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
