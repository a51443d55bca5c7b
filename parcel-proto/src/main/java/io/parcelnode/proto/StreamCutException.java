package io.parcelnode.proto;

/** The peer's stream ended without its sealed end mark. */
final class StreamCutException extends SessionException {
    private static final long serialVersionUID = 1;

    StreamCutException(String message, Throwable cause) {
        super(message, cause);
    }
}
