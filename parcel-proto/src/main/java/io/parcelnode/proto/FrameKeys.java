package io.parcelnode.proto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of one direction, in order. After so many plaintext bytes comes the next, derived from the last secret, so
 * that no AES-GCM key ever sees more than RFC 8446 section 5.5 allows. Both ends count alike. Not thread-safe.
 */
final class FrameKeys {
    static final int SECRET_BYTES = 32;
    /** A key is good for about 389 GB in frames of 16 KiB. */
    static final long REKEY_BYTES = 64L << 30;

    private static final String MAC = "HmacSHA256";
    private static final int IV_BYTES = 12;

    private final long rekeyBytes;
    private byte[] secret;
    private long plaintextBytes;
    private Key key;

    FrameKeys(byte[] secret, long rekeyBytes) {
        this.secret = secret.clone();
        this.rekeyBytes = rekeyBytes;
        key = derive();
    }

    /** Sets key and counter for the next frame, of so many plaintext bytes. */
    void assign(FrameSlot slot, int frameBytes) {
        if (plaintextBytes + frameBytes > rekeyBytes) {
            secret = hmac(secret, "next");
            plaintextBytes = 0;
            key = derive();
        }
        plaintextBytes += frameBytes;
        slot.key = key;
        slot.counter = key.nextCounter++;
    }

    private Key derive() {
        return new Key(new SecretKeySpec(hmac(secret, "key"), "AES"), Arrays.copyOf(hmac(secret, "iv"), IV_BYTES));
    }

    private static byte[] hmac(byte[] secret, String label) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(secret, MAC));
            return mac.doFinal(label.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(MAC + " is missing from this Java runtime", e);
        }
    }

    /** One key and what its nonces are made of. */
    static final class Key {
        final SecretKeySpec aes;
        private final byte[] iv;
        private long nextCounter;

        Key(SecretKeySpec aes, byte[] iv) {
            this.aes = aes;
            this.iv = iv;
        }

        /** The IV with the counter added to its last eight bytes by exclusive or, as in TLS 1.3. */
        byte[] nonce(long counter) {
            byte[] nonce = iv.clone();
            for (int i = 0; i < Long.BYTES; i++) {
                nonce[IV_BYTES - 1 - i] ^= (byte) (counter >>> (8 * i));
            }
            return nonce;
        }
    }
}
