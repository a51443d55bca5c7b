package io.parcelnode.proto;

import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/** How a client decides that a server is the one it means. Asked before anything about a request leaves. */
public interface ServerTrust {
    /** @param chain as the server sent it, its own certificate first; never empty */
    void check(List<X509Certificate> chain) throws UntrustedServerException;

    /**
     * Trusts exactly one certificate.
     *
     * @param sha256Hex SHA-256 of the certificate's DER form: 64 hex digits, colons between them allowed, and
     *     {@code sha256:} in front allowed
     */
    static ServerTrust fingerprint(String sha256Hex) {
        return new FingerprintTrust(sha256Hex);
    }

    /** Trusts certificates for {@code hostName} (a DNS name or an IP address) that lead to one of the roots. */
    static ServerTrust authorities(Collection<X509Certificate> roots, String hostName) {
        return new AuthorityTrust(roots, hostName);
    }
}
