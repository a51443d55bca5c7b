package io.parcelnode.proto;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The frames inside the seal: big-endian, a header and a body.
 * <pre>
 *  byte 0   type
 *  byte 1   request id (32 bits, 0 for frames about the session)
 *  byte 5   offset (64 bits, 0 where it has no meaning)
 *  byte 13  body
 * </pre>
 * Reading checks every length against {@link Limits} and that nothing is left over.
 */
final class Frames {
    static final int START = 1;
    static final int GRANT = 2;
    static final int OPEN_PART = 3;
    static final int OPEN = 4;
    static final int INFO = 5;
    static final int FAILURE = 6;
    static final int DATA = 7;
    static final int CREDIT = 8;
    static final int END = 9;
    static final int CANCEL = 10;
    static final int GOODBYE = 11;
    static final int TIMES = 12;
    static final int LEAVING = 13;
    static final int PAUSE = 14;
    static final int ALIVE = 15;

    /** In the offset of START, which older servers ignore: the client understands TIMES. */
    static final long FEATURE_TIMES = 1;
    /** The same of LEAVING. */
    static final long FEATURE_LEAVING = 2;
    /** The same of PAUSE. */
    static final long FEATURE_PAUSE = 4;
    /** The client wants to hear ALIVE, and to tell it. */
    static final long FEATURE_ALIVE = 8;

    /** What a client understands, as its START says. */
    record Features(boolean times, boolean leaving, boolean pause, boolean alive) {
        static Features of(long bits) {
            return new Features(
                    (bits & FEATURE_TIMES) != 0,
                    (bits & FEATURE_LEAVING) != 0,
                    (bits & FEATURE_PAUSE) != 0,
                    (bits & FEATURE_ALIVE) != 0);
        }

        long bits() {
            return (times ? FEATURE_TIMES : 0)
                    | (leaving ? FEATURE_LEAVING : 0)
                    | (pause ? FEATURE_PAUSE : 0)
                    | (alive ? FEATURE_ALIVE : 0);
        }
    }

    static final int SHA_256_BYTES = 32;
    private static final int MD5_BYTES = 16;
    /** About 35 years; sums of a few do not overflow. */
    private static final long TIMES_US_MAX = 1L << 50;

    private static final int FLAG_TOKEN = 1;
    private static final int FLAG_VALIDATOR = 2;
    private static final int FLAG_MD5 = 1;
    private static final int FLAG_SHA_256 = 2;
    /** The most an OPEN's body can have, over all its parts. */
    static final int OPEN_BYTES_MAX =
            8 + 4 + 1 + 3 * 2 + Limits.FILE_ID_BYTES_MAX + Limits.TOKEN_BYTES_MAX + Limits.VALIDATOR_BYTES_MAX;

    record Start(int version, int sealingThreads, long rekeyBytes) {}

    record Grant(int sealingThreads, int requestsMax, long rekeyBytes) {}

    record Open(OpenRequest request, int creditBytes) {}

    private Frames() {}

    static byte[] start(int sealingThreads, long rekeyBytes, long features) {
        return frame(START, 0, features, 12)
                .putShort((short) Limits.PROTOCOL_VERSION)
                .putShort((short) sealingThreads)
                .putLong(rekeyBytes)
                .array();
    }

    static Start readStart(ByteBuffer body) throws SessionException {
        try {
            Start start = new Start(body.getShort() & 0xFFFF, body.getShort() & 0xFFFF, body.getLong());
            requireInRange("START", "version", start.version, Limits.PROTOCOL_VERSION, Limits.PROTOCOL_VERSION);
            requireInRange("START", "sealingThreads", start.sealingThreads, 1, Limits.SEALING_THREADS_MAX);
            requireInRange("START", "rekeyBytes", start.rekeyBytes, Limits.REKEY_BYTES_MIN, Limits.REKEY_BYTES_MAX);
            return requireEmpty(body, start);
        } catch (BufferUnderflowException e) {
            throw tooShort("START");
        }
    }

    static byte[] grant(int sealingThreads, int requestsMax, long rekeyBytes) {
        return frame(GRANT, 0, 0, 14)
                .putShort((short) sealingThreads)
                .putInt(requestsMax)
                .putLong(rekeyBytes)
                .array();
    }

    static Grant readGrant(ByteBuffer body) throws SessionException {
        try {
            Grant grant = new Grant(body.getShort() & 0xFFFF, body.getInt(), body.getLong());
            requireInRange("GRANT", "sealingThreads", grant.sealingThreads, 1, Limits.SEALING_THREADS_MAX);
            requireInRange(
                    "GRANT", "requestsMax", grant.requestsMax, Limits.REQUESTS_BEFORE_GRANT, Limits.REQUESTS_MAX);
            requireInRange("GRANT", "rekeyBytes", grant.rekeyBytes, Limits.REKEY_BYTES_MIN, Limits.REKEY_BYTES_MAX);
            return requireEmpty(body, grant);
        } catch (BufferUnderflowException e) {
            throw tooShort("GRANT");
        }
    }

    /** One OPEN frame, after as many OPEN_PART frames as a long token makes necessary. */
    static List<byte[]> open(int requestId, OpenRequest request, int creditBytes) {
        byte[] id = utf8(request.fileId());
        byte[] token = request.token() == null ? null : utf8(request.token());
        byte[] validator = request.ifValidator() == null ? null : utf8(request.ifValidator());
        ByteBuffer body = ByteBuffer.allocate(OPEN_BYTES_MAX);
        body.putLong(request.lengthBytes()).putInt(creditBytes);
        body.put((byte) ((token == null ? 0 : FLAG_TOKEN) | (validator == null ? 0 : FLAG_VALIDATOR)));
        putBytes(body, id);
        if (token != null) {
            putBytes(body, token);
        }
        if (validator != null) {
            putBytes(body, validator);
        }
        body.flip();
        List<byte[]> frames = new ArrayList<>();
        while (body.remaining() > Limits.DATA_BYTES_MAX) {
            byte[] part = frame(OPEN_PART, requestId, body.position(), Limits.DATA_BYTES_MAX)
                    .array();
            body.get(part, Limits.FRAME_HEADER_BYTES, Limits.DATA_BYTES_MAX);
            frames.add(part);
        }
        byte[] last =
                frame(OPEN, requestId, request.offsetBytes(), body.remaining()).array();
        body.get(last, Limits.FRAME_HEADER_BYTES, body.remaining());
        frames.add(last);
        return frames;
    }

    static Open readOpen(long offset, ByteBuffer body) throws SessionException {
        try {
            long length = body.getLong();
            int credit = body.getInt();
            int flags = body.get();
            requireInRange("OPEN", "creditBytes", credit, 0, Limits.CREDIT_BYTES_MAX);
            requireInRange("OPEN", "flags", flags, 0, FLAG_TOKEN | FLAG_VALIDATOR);
            String id = getText("OPEN", "fileId", body, Limits.FILE_ID_BYTES_MAX);
            String token = (flags & FLAG_TOKEN) == 0 ? null : getText("OPEN", "token", body, Limits.TOKEN_BYTES_MAX);
            String validator = (flags & FLAG_VALIDATOR) == 0
                    ? null
                    : getText("OPEN", "ifValidator", body, Limits.VALIDATOR_BYTES_MAX);
            requireInRange("OPEN", "fileId length", id.length(), 1, Limits.FILE_ID_BYTES_MAX);
            requireInRange("OPEN", "offset", offset, 0, Long.MAX_VALUE);
            requireInRange("OPEN", "length", length, -1, Long.MAX_VALUE - offset);
            return requireEmpty(body, new Open(new OpenRequest(id, token, offset, length, validator), credit));
        } catch (BufferUnderflowException e) {
            throw tooShort("OPEN");
        }
    }

    static byte[] info(int requestId, FileInfo info) {
        byte[] name = utf8(info.name());
        byte[] validator = utf8(info.validator());
        byte[] md5 = info.md5Hex() == null ? new byte[0] : HexFormat.of().parseHex(info.md5Hex());
        byte[] sha256 = info.sha256Hex() == null ? new byte[0] : HexFormat.of().parseHex(info.sha256Hex());
        int length = 8 + 1 + 2 + name.length + 2 + validator.length + md5.length + sha256.length;
        ByteBuffer frame = frame(INFO, requestId, 0, length).putLong(info.sizeBytes());
        frame.put((byte) ((md5.length > 0 ? FLAG_MD5 : 0) | (sha256.length > 0 ? FLAG_SHA_256 : 0)));
        putBytes(frame, name);
        putBytes(frame, validator);
        return frame.put(md5).put(sha256).array();
    }

    static FileInfo readInfo(ByteBuffer body) throws SessionException {
        try {
            long size = body.getLong();
            int flags = body.get();
            requireInRange("INFO", "size", size, -1, Long.MAX_VALUE);
            requireInRange("INFO", "flags", flags, 0, FLAG_MD5 | FLAG_SHA_256);
            String name = getText("INFO", "name", body, Limits.NAME_BYTES_MAX);
            String validator = getText("INFO", "validator", body, Limits.VALIDATOR_BYTES_MAX);
            String md5 = (flags & FLAG_MD5) == 0 ? null : getHex(body, MD5_BYTES);
            String sha256 = (flags & FLAG_SHA_256) == 0 ? null : getHex(body, SHA_256_BYTES);
            return requireEmpty(body, new FileInfo(name, size, validator, md5, sha256));
        } catch (BufferUnderflowException e) {
            throw tooShort("INFO");
        }
    }

    /** @param retryAfter in the offset field, which older clients ignore; zero for not known */
    static byte[] failure(int requestId, FailureKind kind, int upstreamStatus, String text, Duration retryAfter) {
        byte[] bytes = utf8(text);
        int length = bytes.length;
        if (length > Limits.TEXT_BYTES_MAX) {
            length = Limits.TEXT_BYTES_MAX;
            while ((bytes[length] & 0xC0) == 0x80) {
                length--; // never in the middle of a character
            }
        }
        return frame(FAILURE, requestId, seconds(retryAfter), 5 + length)
                .put((byte) kind.ordinal())
                .putShort((short) upstreamStatus)
                .putShort((short) length)
                .put(bytes, 0, length)
                .array();
    }

    static RequestFailedException readFailure(long offset, ByteBuffer body) throws SessionException {
        try {
            int kind = body.get() & 0xFF;
            int status = body.getShort() & 0xFFFF;
            String text = getText("FAILURE", "text", body, Limits.TEXT_BYTES_MAX);
            FailureKind[] kinds = FailureKind.values();
            requireInRange("FAILURE", "kind", kind, 0, kinds.length - 1);
            requireInRange("FAILURE", "retry seconds", offset, 0, Limits.RETRY_AFTER_MAX.toSeconds());
            Duration retryAfter = Duration.ofSeconds(offset);
            return requireEmpty(body, new RequestFailedException(kinds[kind], status, text, retryAfter));
        } catch (BufferUnderflowException e) {
            throw tooShort("FAILURE");
        }
    }

    static byte[] credit(int requestId, int moreBytes) {
        return frame(CREDIT, requestId, 0, 4).putInt(moreBytes).array();
    }

    static int readCredit(ByteBuffer body) throws SessionException {
        try {
            int more = body.getInt();
            requireInRange("CREDIT", "bytes", more, 1, Limits.CREDIT_BYTES_MAX);
            return requireEmpty(body, more);
        } catch (BufferUnderflowException e) {
            throw tooShort("CREDIT");
        }
    }

    static byte[] end(int requestId, long endOffset, byte[] sha256) {
        return frame(END, requestId, endOffset, SHA_256_BYTES).put(sha256).array();
    }

    static byte[] readEnd(ByteBuffer body) throws SessionException {
        byte[] sha256 = new byte[SHA_256_BYTES];
        if (body.remaining() != SHA_256_BYTES) {
            throw new SessionException("END has a body of " + body.remaining() + " bytes instead of " + SHA_256_BYTES);
        }
        body.get(sha256);
        return sha256;
    }

    static byte[] cancel(int requestId) {
        return frame(CANCEL, requestId, 0, 0).array();
    }

    static byte[] times(ServerTimes times) {
        return frame(TIMES, 0, 0, 32)
                .putLong(times.sendingUs())
                .putLong(times.workingUs())
                .putLong(times.sourceUs())
                .putLong(times.creditUs())
                .array();
    }

    static ServerTimes readTimes(ByteBuffer body) throws SessionException {
        try {
            ServerTimes times = new ServerTimes(getUs(body), getUs(body), getUs(body), getUs(body));
            return requireEmpty(body, times);
        } catch (BufferUnderflowException e) {
            throw tooShort("TIMES");
        }
    }

    private static long getUs(ByteBuffer body) throws SessionException {
        long us = body.getLong();
        requireInRange("TIMES", "microseconds", us, 0, TIMES_US_MAX);
        return us;
    }

    static byte[] leaving(Duration retryAfter) {
        return frame(LEAVING, 0, 0, 4).putInt(seconds(retryAfter)).array();
    }

    static Duration readLeaving(ByteBuffer body) throws SessionException {
        return readSeconds("LEAVING", body);
    }

    static byte[] pause(Duration pause) {
        return frame(PAUSE, 0, 0, 4).putInt(seconds(pause)).array();
    }

    static Duration readPause(ByteBuffer body) throws SessionException {
        return readSeconds("PAUSE", body);
    }

    private static Duration readSeconds(String type, ByteBuffer body) throws SessionException {
        try {
            int seconds = body.getInt();
            requireInRange(type, "seconds", seconds, 0, Limits.RETRY_AFTER_MAX.toSeconds());
            return requireEmpty(body, Duration.ofSeconds(seconds));
        } catch (BufferUnderflowException e) {
            throw tooShort(type);
        }
    }

    /** Rounded up: who comes too early is refused again. */
    private static int seconds(Duration retryAfter) {
        return (int) Math.min(retryAfter.plusMillis(999).toSeconds(), Limits.RETRY_AFTER_MAX.toSeconds());
    }

    static byte[] alive() {
        return frame(ALIVE, 0, 0, 0).array();
    }

    static byte[] goodbye() {
        return frame(GOODBYE, 0, 0, 0).array();
    }

    static void writeDataHeader(byte[] plain, int requestId, long offset) {
        ByteBuffer.wrap(plain).put((byte) DATA).putInt(requestId).putLong(offset);
    }

    static <T> T requireEmpty(ByteBuffer body, T value) throws SessionException {
        if (body.hasRemaining()) {
            throw new SessionException("a frame has " + body.remaining() + " bytes more than its fields");
        }
        return value;
    }

    private static ByteBuffer frame(int type, int requestId, long offset, int bodyLength) {
        return ByteBuffer.allocate(Limits.FRAME_HEADER_BYTES + bodyLength)
                .put((byte) type)
                .putInt(requestId)
                .putLong(offset);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void putBytes(ByteBuffer target, byte[] bytes) {
        target.putShort((short) bytes.length).put(bytes);
    }

    private static String getText(String frame, String field, ByteBuffer body, int bytesMax) throws SessionException {
        int length = body.getShort() & 0xFFFF;
        requireInRange(frame, field + " length", length, 0, bytesMax);
        if (length > body.remaining()) {
            throw tooShort(frame);
        }
        ByteBuffer text = body.slice(body.position(), length);
        body.position(body.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            throw new SessionException("the " + field + " of a frame " + frame + " is not UTF-8");
        }
    }

    private static String getHex(ByteBuffer body, int length) {
        byte[] bytes = new byte[length];
        body.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static void requireInRange(String frame, String field, long value, long min, long max)
            throws SessionException {
        if (value < min || value > max) {
            throw new SessionException(
                    "the peer sent " + frame + " with " + field + "=" + value + ", outside " + min + ".." + max);
        }
    }

    private static SessionException tooShort(String frame) {
        return new SessionException("the peer sent " + frame + " with a body too short for its fields");
    }
}
