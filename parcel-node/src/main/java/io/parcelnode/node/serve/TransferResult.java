package io.parcelnode.node.serve;

/** How a transfer ended, as far as the server can know. */
public enum TransferResult {
    /** Every byte asked for was handed to the session. */
    COMPLETE,
    /** The client did not want the rest, or went away. */
    CANCELLED,
    /** The source failed in the middle. */
    FAILED
}
