package io.parcelnode.node.limits;

/** One session as the {@link RateKeeper} sees it. */
interface Taker {
    /** Whose it is; sessions of the same owner share what the owner gets. */
    String owner();

    /** Payload bytes sent so far, repeated ones included; asked without waiting, so it may be a moment old. */
    long sentBytes();

    /** @param bitsPerSecond from now on, 0 for no limit */
    void limit(long bitsPerSecond);
}
