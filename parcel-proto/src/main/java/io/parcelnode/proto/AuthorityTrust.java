package io.parcelnode.proto;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Trusts what certificate authorities vouch for, as a browser would: a path to a root, dates, purpose and host name. */
final class AuthorityTrust implements ServerTrust {
    private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
    private static final String ANY_PURPOSE = "2.5.29.37.0";
    private static final int NAME_DNS = 2;
    private static final int NAME_IP = 7;

    private final Set<X509Certificate> roots;
    private final String hostName;

    AuthorityTrust(Collection<X509Certificate> roots, String hostName) {
        if (roots.isEmpty()) {
            throw new IllegalArgumentException("no root certificates were given to trust");
        }
        if (hostName.isEmpty()) {
            throw new IllegalArgumentException("hostName is empty");
        }
        this.roots = Set.copyOf(roots);
        this.hostName = normalize(hostName);
    }

    @Override
    public void check(List<X509Certificate> chain) throws UntrustedServerException {
        X509Certificate leaf = chain.get(0);
        try {
            leaf.checkValidity();
            checkPurpose(leaf);
            if (!roots.contains(leaf)) {
                buildPath(leaf, chain);
            }
        } catch (GeneralSecurityException e) {
            String fingerprint = ServerIdentity.fingerprint(leaf);
            throw new UntrustedServerException(
                    "the certificate " + fingerprint + " of \"" + hostName + "\" is not vouched for by the "
                            + roots.size() + " trusted authorities: " + e.getMessage()
                            + "; add its authority or trust its fingerprint",
                    fingerprint,
                    e);
        }
        checkHostName(leaf);
    }

    private void buildPath(X509Certificate leaf, List<X509Certificate> chain) throws GeneralSecurityException {
        Set<TrustAnchor> anchors = new HashSet<>();
        for (X509Certificate root : roots) {
            anchors.add(new TrustAnchor(root, null));
        }
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(leaf);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
        // Revocation needs the network, in a place where no server is known yet.
        parameters.setRevocationEnabled(false);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
        CertPathBuilder.getInstance("PKIX").build(parameters);
    }

    private static void checkPurpose(X509Certificate leaf) throws GeneralSecurityException {
        List<String> purposes = leaf.getExtendedKeyUsage();
        if (purposes != null && !purposes.contains(SERVER_AUTHENTICATION) && !purposes.contains(ANY_PURPOSE)) {
            throw new GeneralSecurityException("it is not meant for servers, only for " + purposes);
        }
    }

    private void checkHostName(X509Certificate leaf) throws UntrustedServerException {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = leaf.getSubjectAlternativeNames();
            for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
                int type = (Integer) alternative.get(0);
                if (type == NAME_DNS || type == NAME_IP) {
                    String name = (String) alternative.get(1);
                    if (type == NAME_IP ? sameAddress(name) : matchesDns(normalize(name))) {
                        return;
                    }
                    names.add(name);
                }
            }
        } catch (GeneralSecurityException e) {
            names.add("unreadable names: " + e.getMessage());
        }
        String fingerprint = ServerIdentity.fingerprint(leaf);
        throw new UntrustedServerException(
                "the certificate " + fingerprint + " is for " + names + ", not for \"" + hostName
                        + "\"; connect by one of its names",
                fingerprint);
    }

    private boolean matchesDns(String pattern) {
        if (isAddress(hostName)) {
            return false;
        }
        if (!pattern.startsWith("*.")) {
            return pattern.equals(hostName);
        }
        // One label only, and never a whole top-level domain.
        int dot = hostName.indexOf('.');
        return dot > 0 && pattern.indexOf('.', 2) > 0 && hostName.substring(dot).equals(pattern.substring(1));
    }

    private boolean sameAddress(String name) {
        try {
            return isAddress(hostName) && InetAddress.getByName(name).equals(InetAddress.getByName(hostName));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Only literals pass, so that {@link InetAddress#getByName} never asks the network. */
    private static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9]+(\\.[0-9]+){3}");
    }

    private static String normalize(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        if (lower.startsWith("[") && lower.endsWith("]")) {
            return lower.substring(1, lower.length() - 1);
        }
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
