package io.parcelnode.node.limits;

/**
 * How many there may be at once, and from where. A client is an IPv4 address or an IPv6 /64.
 *
 * @param sessions of all clients, as far as there is memory for them
 * @param clientSessions of one client
 * @param tokenSessions with requests that brought the same token
 * @param clientRequests open requests of one client, over all of its sessions
 * @param access from where clients may come
 */
public record ClientBounds(int sessions, int clientSessions, int tokenSessions, int clientRequests, AccessList access) {
    /** Only so many sessions, whoever they are. */
    public static ClientBounds ofSessions(int sessions) {
        return new ClientBounds(sessions, sessions, sessions, Integer.MAX_VALUE, AccessList.EVERYBODY);
    }
}
