package io.parcelnode.proto;

/** Why a request failed. The order is the number on the wire. */
public enum FailureKind {
    NOT_FOUND,
    /** A token is missing or not accepted. */
    UNAUTHORIZED,
    /** The token is known but has no right to this file. */
    FORBIDDEN,
    /** The file is not the one that was asked for, or changed while it was read. */
    CHANGED,
    BAD_REQUEST,
    /** Too many requests; later may be better. */
    BUSY,
    /** What the server reads from has failed. */
    UPSTREAM,
    INTERNAL
}
