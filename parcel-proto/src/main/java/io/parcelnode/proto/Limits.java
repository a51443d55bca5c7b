package io.parcelnode.proto;

/** Bounds that the protocol sets; docs/protocol.md lists them. */
final class Limits {
    static final int VERSION = 2;
    static final int SEALING_THREADS_MAX = 64;
    static final int CREDIT_MAX_BYTES = 1 << 30;
    static final int ID_MAX_BYTES = 4_096;
    static final int TOKEN_MAX_BYTES = 1 << 13; // With an id and a validator it fits into one frame.
    static final int NAME_MAX_BYTES = 1_024;
    static final int VALIDATOR_MAX_BYTES = 512;
    static final int TEXT_MAX_BYTES = 1_024;

    private Limits() {}

    static void requireInRange(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + "=" + value + " is outside " + min + ".." + max);
        }
    }
}
