package io.parcelnode.proto;

/** Why a server did not serve a request. The order is the wire format: append only. */
public enum FailureKind {
    NOT_FOUND,
    UNAUTHORIZED,
    FORBIDDEN,
    /** The file no longer has the validator that the request demanded. */
    CHANGED,
    BAD_REQUEST,
    /** The server has no room for the request now; later it may. */
    BUSY,
    /** The place that the server takes the file from failed. */
    UPSTREAM,
    INTERNAL
}
