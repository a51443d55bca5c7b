package io.parcelnode.perf;

/** A peer is not available, failed or stalled; the message says which. */
final class PeerFailedException extends Exception {
    PeerFailedException(String message) {
        super(message);
    }
}
