package io.parcelnode.proto;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Room for one frame, sealed or not, in place.
 * <pre>
 *  byte 0   23, 0x0303: the head of a TLS application data record
 *  byte 3   length of what follows, 16 bits
 *  byte 5   frame, AES-256-GCM over it, the five bytes above as additional data
 *  ...      tag, 16 bytes
 * </pre>
 */
final class FrameSlot {
    static final int HEADER_BYTES = 5;
    static final int TAG_BYTES = 16;
    static final int FRAME_MAX_BYTES = 1 << 14;
    static final int RECORD_MAX_BYTES = HEADER_BYTES + FRAME_MAX_BYTES + TAG_BYTES;

    private static final byte APPLICATION_DATA = 23;
    private static final short VERSION = 0x0303;

    /** From {@link #HEADER_BYTES} on the frame, or what it is sealed to. */
    final ByteBuffer bytes = ByteBuffer.allocate(RECORD_MAX_BYTES);

    // Set by whoever fills the slot.
    FrameKeys.Key key;
    long counter;
    /** Of the frame, not of its record. */
    int frameBytes;

    // Guarded by the pipeline.
    boolean done;

    /** Seals in place and makes {@link #bytes} the whole record, ready to be written. */
    void seal(Sealing sealing) throws GeneralSecurityException {
        bytes.clear().put(APPLICATION_DATA).putShort(VERSION).putShort((short) (frameBytes + TAG_BYTES));
        sealing.run(Cipher.ENCRYPT_MODE, this, frameBytes);
        bytes.position(0).limit(HEADER_BYTES + frameBytes + TAG_BYTES);
    }

    /** Opens in place and makes {@link #bytes} the frame. */
    void open(Sealing sealing) throws GeneralSecurityException {
        sealing.run(Cipher.DECRYPT_MODE, this, frameBytes + TAG_BYTES);
        bytes.limit(HEADER_BYTES + frameBytes).position(HEADER_BYTES);
    }

    /** Checks a record's head and returns the length of its frame. */
    int parseHeader() throws SessionException {
        int length = (bytes.getShort(3) & 0xFFFF) - TAG_BYTES;
        if (bytes.get(0) != APPLICATION_DATA || bytes.getShort(1) != VERSION) {
            throw new SessionException("the peer sent something that is not a sealed frame");
        }
        if (length < Frame.HEADER_BYTES || length > FRAME_MAX_BYTES) {
            throw new SessionException("the peer sent a frame of " + length + " bytes; the limits are "
                    + Frame.HEADER_BYTES + ".." + FRAME_MAX_BYTES);
        }
        frameBytes = length;
        return length;
    }

    /** A thread's cipher. */
    static final class Sealing {
        private final Cipher cipher;
        private final byte[] output = new byte[RECORD_MAX_BYTES];

        Sealing() {
            try {
                cipher = Cipher.getInstance("AES/GCM/NoPadding");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-GCM is missing from this Java runtime", e);
            }
        }

        private void run(int mode, FrameSlot slot, int length) throws GeneralSecurityException {
            cipher.init(mode, slot.key.aes, new GCMParameterSpec(TAG_BYTES * 8, slot.key.nonce(slot.counter)));
            byte[] record = slot.bytes.array();
            cipher.updateAAD(record, 0, HEADER_BYTES);
            int written = cipher.doFinal(record, HEADER_BYTES, length, output, 0);
            System.arraycopy(output, 0, record, HEADER_BYTES, written);
        }
    }
}
