package io.parcelnode.perf;

/** A peer is not available, failed or stalled; the message says which. */
public final class PeerFailedException extends Exception {
    private static final long serialVersionUID = 1;

    public PeerFailedException(String message) {
        super(message);
    }
}
