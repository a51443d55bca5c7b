package io.parcelnode.node.cli;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * File names in place of which logs and pages show hashes, because names may say something about persons. The key is made
 * anew in each process and kept nowhere: nobody can try out names on a log. Thread-safe.
 */
final class HiddenNames {
    private static final String MAC = "HmacSHA256";
    private static final int HASH_BYTES = 8;

    private final SecretKeySpec key;

    HiddenNames(SecureRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        key = new SecretKeySpec(bytes, MAC);
    }

    /** {@code file:HASH}, always the same for the same name. */
    String of(String name) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return "file:"
                    + HexFormat.of().formatHex(mac.doFinal(name.getBytes(StandardCharsets.UTF_8)), 0, HASH_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a JDK without " + MAC, e);
        }
    }
}
