package io.parcelnode.node.limits;

import java.util.List;

/**
 * Rates that sessions are kept to, in bits per second with headers and repeated packets; {@link #UNLIMITED} for any. A
 * session stands under all that concern it.
 *
 * @param totalBits of all sessions together
 * @param clientBits of each client: an IPv4 address, or the first 64 bits of an IPv6 address
 * @param tokenBits of all sessions with requests for which the same token was sent
 * @param networks of all sessions from each; one may lie in another
 */
public record RateCaps(long totalBits, long clientBits, long tokenBits, List<NetworkCap> networks) {
    static final long UNLIMITED = Long.MAX_VALUE;
    static final RateCaps NONE = new RateCaps(UNLIMITED, UNLIMITED, UNLIMITED, List.of());

    public RateCaps {
        networks = List.copyOf(networks);
    }

    /** Whether there are some that hold on all servers of a database together: all but the total. */
    boolean areShared() {
        return clientBits != UNLIMITED || tokenBits != UNLIMITED || !networks.isEmpty();
    }

    boolean isUnlimited() {
        return equals(NONE);
    }
}
