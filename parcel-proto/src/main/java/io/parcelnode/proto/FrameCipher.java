package io.parcelnode.proto;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/** Seals and opens single frames with AES-256-GCM. Each thread has its own. */
final class FrameCipher {
    private static final int TAG_BITS = 8 * Limits.TAG_BYTES;

    private final Cipher cipher;
    private final byte[] nonce = new byte[DirectionKeys.IV_BYTES];

    FrameCipher() {
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-GCM", e);
        }
    }

    /** Fills {@code slot.record} from {@code slot.plain}. */
    void seal(FrameSlot slot) {
        byte[] record = slot.record;
        int bodyLength = slot.plainLength + Limits.TAG_BYTES;
        RecordHeader.write(record, bodyLength);
        slot.recordLength = Limits.RECORD_HEADER_BYTES + bodyLength;
        try {
            prepare(Cipher.ENCRYPT_MODE, slot);
            cipher.updateAAD(record, 0, Limits.RECORD_HEADER_BYTES);
            cipher.doFinal(slot.plain, 0, slot.plainLength, record, Limits.RECORD_HEADER_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a frame of " + slot.plainLength + " bytes cannot be sealed", e);
        }
    }

    /** Fills {@code slot.plain} from {@code slot.record}, whose length was checked. */
    void open(FrameSlot slot) throws SessionException {
        try {
            prepare(Cipher.DECRYPT_MODE, slot);
            cipher.updateAAD(slot.record, slot.recordOffset, Limits.RECORD_HEADER_BYTES);
            slot.plainLength = cipher.doFinal(
                    slot.record,
                    slot.recordOffset + Limits.RECORD_HEADER_BYTES,
                    slot.recordLength - Limits.RECORD_HEADER_BYTES,
                    slot.plain,
                    0);
        } catch (AEADBadTagException e) {
            throw new SessionException("a sealed frame of " + slot.recordLength + " bytes was damaged or forged (frame "
                    + slot.counter + " under its key); the session is closed");
        } catch (GeneralSecurityException e) {
            throw new SessionException("a sealed frame of " + slot.recordLength + " bytes cannot be opened", e);
        }
    }

    private void prepare(int mode, FrameSlot slot) throws GeneralSecurityException {
        byte[] iv = slot.epoch.iv();
        System.arraycopy(iv, 0, nonce, 0, nonce.length);
        for (int i = 0; i < Long.BYTES; i++) {
            nonce[nonce.length - 1 - i] ^= (byte) (slot.counter >>> (8 * i));
        }
        cipher.init(mode, slot.epoch.key(), new GCMParameterSpec(TAG_BITS, nonce));
    }
}
