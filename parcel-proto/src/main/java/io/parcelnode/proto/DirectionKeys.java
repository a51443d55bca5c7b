package io.parcelnode.proto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of one direction, one after the other. Both ends count the same bytes and so change keys at the same frame,
 * with no message that could be lost or forged. Not thread-safe: the pipeline that owns it holds its lock.
 */
final class DirectionKeys {
    static final String LABEL_CLIENT = "EXPORTER-parcel-2 client to server";
    static final String LABEL_SERVER = "EXPORTER-parcel-2 server to client";
    static final int SECRET_BYTES = 32;
    static final int IV_BYTES = 12;
    private static final String EXPAND_KEY = "parcel-2 key";
    private static final String EXPAND_IV = "parcel-2 iv";
    private static final String EXPAND_NEXT = "parcel-2 next secret";

    /** A key and its IV; shared by all frames of one epoch. */
    record Epoch(SecretKey key, byte[] iv) {}

    private byte[] secret;
    private Epoch epoch;
    private long rekeyBytes;
    private long framesUnderKey;
    private long bytesUnderKey;
    private int epochsBegun;

    DirectionKeys(byte[] secret, long rekeyBytes) {
        this.rekeyBytes = rekeyBytes;
        begin(secret.clone());
    }

    /** The receiver learns the sender's bound from its first frame; no bound is small enough to have passed by then. */
    void rekeyBytes(long bytes) {
        rekeyBytes = bytes;
    }

    /** Gives the frame its key and number; frames come in the order of the wire. */
    void assign(FrameSlot slot, int recordBytes) {
        if (bytesUnderKey > 0 && bytesUnderKey + recordBytes > rekeyBytes) {
            byte[] next = expand(secret, EXPAND_NEXT, SECRET_BYTES);
            Arrays.fill(secret, (byte) 0);
            begin(next);
        }
        bytesUnderKey += recordBytes;
        slot.epoch = epoch;
        slot.counter = framesUnderKey++;
    }

    int epochsBegun() {
        return epochsBegun;
    }

    private void begin(byte[] newSecret) {
        secret = newSecret;
        epoch = new Epoch(
                new SecretKeySpec(expand(secret, EXPAND_KEY, SECRET_BYTES), "AES"),
                expand(secret, EXPAND_IV, IV_BYTES));
        framesUnderKey = 0;
        bytesUnderKey = 0;
        epochsBegun++;
    }

    /** HKDF-Expand of RFC 5869 with HMAC-SHA-256, for the one block that is ever needed. */
    static byte[] expand(byte[] secret, String label, int length) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(label.getBytes(StandardCharsets.US_ASCII));
            return Arrays.copyOf(mac.doFinal(new byte[] {1}), length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HMAC-SHA-256", e);
        }
    }
}
