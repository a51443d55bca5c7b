package io.parcelnode.proto;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What stands in a frame, all integers big-endian.
 * <pre>
 *  byte 0   type
 *  byte 1   request, 32 bits, 0 for the session itself
 *  byte 5   offset in the file, 64 bits
 *  byte 13  body, see docs/protocol.md
 * </pre>
 * Texts are a 16-bit length and UTF-8; readers check each against its limit.
 */
final class Frame {
    static final int HEADER_BYTES = 13;
    static final int BODY_MAX_BYTES = FrameSlot.FRAME_MAX_BYTES - HEADER_BYTES;
    static final int DIGEST_BYTES = 32;

    static final byte START = 1;
    static final byte GRANT = 2;
    static final byte OPEN = 3;
    static final byte INFO = 4;
    static final byte FAILURE = 5;
    static final byte DATA = 6;
    static final byte CREDIT = 7;
    static final byte END = 8;
    static final byte CANCEL = 9;
    static final byte GOODBYE = 10;

    private static final int ABSENT = 0xFFFF;

    private Frame() {}

    static void putOpen(ByteBuffer body, OpenRequest request, int creditBytes) {
        body.putLong(request.lengthBytes()).putInt(creditBytes);
        putText(body, "fileId", request.fileId(), Limits.ID_MAX_BYTES);
        putText(body, "token", request.token(), Limits.TOKEN_MAX_BYTES);
        putText(body, "ifValidator", request.ifValidator(), Limits.VALIDATOR_MAX_BYTES);
    }

    static OpenRequest getOpen(ByteBuffer body, long offsetBytes, long lengthBytes) throws SessionException {
        String id = getText(body, "file id", Limits.ID_MAX_BYTES);
        String token = getText(body, "token", Limits.TOKEN_MAX_BYTES);
        String validator = getText(body, "validator", Limits.VALIDATOR_MAX_BYTES);
        if (id == null || offsetBytes < 0 || lengthBytes < -1) {
            throw new SessionException("the peer asked for a file without an id or for a negative range");
        }
        return new OpenRequest(id, token, offsetBytes, lengthBytes, validator);
    }

    static void putInfo(ByteBuffer body, FileInfo info) {
        body.putLong(info.sizeBytes());
        putText(body, "name", info.name(), Limits.NAME_MAX_BYTES);
        putText(body, "validator", info.validator(), Limits.VALIDATOR_MAX_BYTES);
        putText(body, "md5", info.md5Hex(), DIGEST_BYTES);
        putText(body, "sha256", info.sha256Hex(), 2 * DIGEST_BYTES);
    }

    static FileInfo getInfo(ByteBuffer body) throws SessionException {
        long sizeBytes = body.getLong();
        String name = getText(body, "name", Limits.NAME_MAX_BYTES);
        String validator = getText(body, "validator", Limits.VALIDATOR_MAX_BYTES);
        String md5 = getHex(body, "MD5", DIGEST_BYTES);
        String sha256 = getHex(body, "SHA-256", 2 * DIGEST_BYTES);
        if (name == null || validator == null || sizeBytes < -1) {
            throw new SessionException("the peer described a file without a name or of negative size");
        }
        return new FileInfo(name, sizeBytes, validator, md5, sha256);
    }

    static void putFailure(ByteBuffer body, FailureKind kind, int upstreamStatus, String text) {
        body.put((byte) kind.ordinal()).putShort((short) upstreamStatus);
        putText(body, "text", truncate(text == null ? "" : text, Limits.TEXT_MAX_BYTES), Limits.TEXT_MAX_BYTES);
    }

    static RequestFailedException getFailure(ByteBuffer body) throws SessionException {
        int number = body.get() & 0xFF;
        int status = body.getShort() & 0xFFFF;
        String text = getText(body, "text", Limits.TEXT_MAX_BYTES);
        FailureKind[] kinds = FailureKind.values();
        // A kind of a later version is still a failure.
        FailureKind kind = number < kinds.length ? kinds[number] : FailureKind.INTERNAL;
        // It ends up on somebody's terminal.
        return new RequestFailedException(kind, status, text == null ? "" : text.replaceAll("\\p{Cc}", " "));
    }

    private static void putText(ByteBuffer body, String what, String text, int maxBytes) {
        if (text == null) {
            body.putShort((short) ABSENT);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > maxBytes) {
            throw new IllegalArgumentException(what + " has " + bytes.length + " bytes, more than " + maxBytes);
        }
        body.putShort((short) bytes.length).put(bytes);
    }

    private static String getText(ByteBuffer body, String what, int maxBytes) throws SessionException {
        int length = body.getShort() & 0xFFFF;
        if (length == ABSENT) {
            return null;
        }
        if (length > maxBytes || length > body.remaining()) {
            throw new SessionException(
                    "the peer sent a " + what + " of " + length + " bytes; the limit is " + maxBytes);
        }
        ByteBuffer bytes = body.slice(body.position(), length);
        body.position(body.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new SessionException("the peer sent a " + what + " that is not UTF-8", e);
        }
    }

    private static String getHex(ByteBuffer body, String what, int digits) throws SessionException {
        String hex = getText(body, what, digits);
        if (hex != null && (hex.length() != digits || !hex.chars().allMatch(HexFormat::isHexDigit))) {
            throw new SessionException("the peer sent a " + what + " that is not " + digits + " hex digits");
        }
        return hex;
    }

    private static String truncate(String text, int maxBytes) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= maxBytes) {
            return text;
        }
        int end = maxBytes;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--; // Not in the middle of a character.
        }
        return new String(Arrays.copyOf(bytes, end), StandardCharsets.UTF_8);
    }
}
