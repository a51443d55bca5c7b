package io.parcelnode.proto;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;

/** Trusts one certificate by its hash. Dates and names do not matter: whoever gave the hash vouches for all of it. */
final class FingerprintTrust implements ServerTrust {
    private static final String PREFIX = "sha256:";
    private final String expected;

    FingerprintTrust(String sha256Hex) {
        String lower = sha256Hex.trim().toLowerCase(Locale.ROOT);
        String digits = (lower.startsWith(PREFIX) ? lower.substring(PREFIX.length()) : lower).replace(":", "");
        if (!digits.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "fingerprint \"" + sha256Hex + "\" is not the 64 hex digits of a SHA-256, as in sha256:0f3a...");
        }
        expected = PREFIX + digits;
    }

    @Override
    public void check(List<X509Certificate> chain) throws UntrustedServerException {
        String actual = ServerIdentity.fingerprint(chain.get(0));
        if (!actual.equals(expected)) {
            throw new UntrustedServerException(
                    "the server's certificate has the fingerprint " + actual + " but " + expected
                            + " was expected; check the fingerprint with whoever runs the server",
                    actual);
        }
    }

    @Override
    public String toString() {
        return "ServerTrust[" + expected + "]";
    }
}
