package io.parcelnode.proto;

import java.io.IOException;

/** The session is over: the peer broke the protocol, or the stream ended before its sealed end. */
public class SessionException extends IOException {
    private static final long serialVersionUID = 1;

    public SessionException(String message) {
        super(message);
    }

    public SessionException(String message, Throwable cause) {
        super(message, cause);
    }
}
