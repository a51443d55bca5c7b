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
}
