package io.parcelnode.proto;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A chain to a trusted root, and a certificate for the host name (RFC 6125; subject alternative names only). */
final class AuthorityTrust implements ServerTrust {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

    private final Set<TrustAnchor> anchors = new HashSet<>();
    private final String hostName;
    private final boolean isAddress;

    AuthorityTrust(Collection<X509Certificate> roots, String hostName) {
        roots.forEach(root -> anchors.add(new TrustAnchor(root, null)));
        this.isAddress = hostName.indexOf(':') >= 0 || hostName.matches("[0-9.]+");
        this.hostName = isAddress ? normalise(hostName) : hostName.toLowerCase(Locale.ROOT);
    }

    @Override
    public void check(List<X509Certificate> chain) throws UntrustedServerException {
        X509Certificate own = chain.get(0);
        try {
            if (anchors.isEmpty()) {
                throw new GeneralSecurityException("no certificate authority is known here");
            }
            List<X509Certificate> path = new ArrayList<>(chain);
            // A root that the server sends along proves nothing and confuses the validator.
            path.removeIf(certificate -> path.size() > 1
                    && anchors.stream()
                            .anyMatch(anchor -> anchor.getTrustedCert().equals(certificate)));
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
            List<String> uses = own.getExtendedKeyUsage();
            if (uses != null && !uses.contains(SERVER_AUTH)) {
                throw new GeneralSecurityException("the certificate is not for servers");
            }
            if (!isForHost(own)) {
                throw new GeneralSecurityException("the certificate is not for host " + hostName);
            }
        } catch (GeneralSecurityException e) {
            throw new UntrustedServerException(
                    "its certificate is not trusted: " + e.getMessage(), ServerIdentity.fingerprint(own));
        }
    }

    /** The one form in which the JDK shows a certificate's addresses, whatever was typed. */
    private static String normalise(String address) {
        try {
            return InetAddress.getByAddress(InetAddress.getByName(address).getAddress())
                    .getHostAddress();
        } catch (UnknownHostException e) {
            return address; // It will match nothing.
        }
    }

    private boolean isForHost(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names == null) {
            return false;
        }
        for (List<?> name : names) {
            boolean matches =
                    switch ((Integer) name.get(0)) {
                        case DNS_NAME -> !isAddress && matchesDns(((String) name.get(1)).toLowerCase(Locale.ROOT));
                        case IP_ADDRESS -> isAddress && hostName.equals(name.get(1));
                        default -> false;
                    };
            if (matches) {
                return true;
            }
        }
        return false;
    }

    /** A star stands for the whole first label and nothing else. */
    private boolean matchesDns(String pattern) {
        if (!pattern.startsWith("*.")) {
            return hostName.equals(pattern);
        }
        int dot = hostName.indexOf('.');
        return dot > 0
                && hostName.indexOf('.', dot + 1) > 0
                && hostName.substring(dot).equals(pattern.substring(1));
    }
}
