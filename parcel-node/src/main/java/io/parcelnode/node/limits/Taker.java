package io.parcelnode.node.limits;

import java.net.InetAddress;
import java.util.Collection;

/** One session as the {@link RateKeeper} sees it. */
interface Taker {
    /** Whose it is; sessions of the same owner share what the owner gets. */
    String owner();

    InetAddress address();

    /** Names of the tokens that came with the requests being served. */
    Collection<String> tokens();

    /** How much it has sent, asked without waiting: the answer may be an earlier one, with its time. */
    Sent sent();

    /** @param bitsPerSecond from now on, 0 for no limit */
    void limit(long bitsPerSecond);

    /**
     * @param bytes payload bytes so far, repeated ones included
     * @param atNs  when that was
     */
    record Sent(long bytes, long atNs) {}
}
