package io.parcelnode.proto;

import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Decides whether a server is the right one, before anything is sent to it. */
public interface ServerTrust {
    /** @param chain at least one certificate, the server's own first */
    void check(List<X509Certificate> chain) throws UntrustedServerException;

    /** @param fingerprint {@code sha256:} and 64 hex digits of the certificate's digest */
    static ServerTrust fingerprint(String fingerprint) {
        String wanted = fingerprint.toLowerCase(Locale.ROOT);
        return chain -> {
            String shown = ServerIdentity.fingerprint(chain.get(0));
            if (!shown.equals(wanted)) {
                throw new UntrustedServerException("it shows fingerprint " + shown + ", not " + wanted, shown);
            }
        };
    }

    /** The chain must lead to one of {@code roots} and its first certificate must be for {@code hostName}. */
    static ServerTrust authorities(Collection<X509Certificate> roots, String hostName) {
        return new AuthorityTrust(roots, hostName);
    }
}
