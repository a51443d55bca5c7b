package io.parcelnode.proto;

/** The bytes of one request are not those that the server hashed: none of them may be used. */
public final class ContentMismatchException extends SessionException {
    private static final long serialVersionUID = 1;

    ContentMismatchException(String message) {
        super(message);
    }
}
