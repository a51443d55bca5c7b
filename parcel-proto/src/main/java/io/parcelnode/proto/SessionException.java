package io.parcelnode.proto;

import java.io.IOException;

/** The session is over: the peer broke the protocol, the stream was truncated, or the channel failed. */
public class SessionException extends IOException {
    public SessionException(String message) {
        super(message);
    }

    public SessionException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The channel below gave up; people read its sentence, not the name of its class. */
    static SessionException connectionFailed(String when, Exception cause) {
        String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new SessionException("the connection failed " + when + ": " + reason, cause);
    }
}
