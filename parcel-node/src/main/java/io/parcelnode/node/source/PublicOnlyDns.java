package io.parcelnode.node.source;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Predicate;
import okhttp3.Dns;

/**
 * Finds no internal address for one host, so that none is ever connected to: what is checked here is what the
 * connection is made to, whatever a name resolves to a moment later.
 *
 * @param host where a redirect leads; other names, a proxy's for one, are the operator's own
 */
record PublicOnlyDns(Dns dns, String host, Predicate<InetAddress> isInternal) implements Dns {
    @Override
    public List<InetAddress> lookup(String name) throws UnknownHostException {
        List<InetAddress> all = dns.lookup(name);
        if (!name.equals(host)) {
            return all;
        }
        List<InetAddress> allowed = all.stream().filter(isInternal.negate()).toList();
        if (allowed.isEmpty()) {
            throw new InternalAddressException(host);
        }
        return allowed;
    }

    /** There are addresses, and none may be asked. */
    static final class InternalAddressException extends UnknownHostException {
        private static final long serialVersionUID = 1;

        InternalAddressException(String host) {
            super(host + " is an internal address");
        }
    }
}
