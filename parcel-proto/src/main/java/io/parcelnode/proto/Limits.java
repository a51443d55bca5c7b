package io.parcelnode.proto;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Every bound of the protocol, in one place; {@code docs/protocol.md} repeats them for other implementations. */
final class Limits {
    static final int PROTOCOL_VERSION = 2;
    static final String PROTOCOL_NAME = "parcel/2";

    static final int DATA_BYTES_MAX = 16 * 1024;
    static final int FRAME_HEADER_BYTES = 13;
    static final int PLAIN_BYTES_MAX = FRAME_HEADER_BYTES + DATA_BYTES_MAX;
    static final int RECORD_HEADER_BYTES = 5;
    static final int TAG_BYTES = 16;
    static final int RECORD_BYTES_MAX = RECORD_HEADER_BYTES + PLAIN_BYTES_MAX + TAG_BYTES;

    static final int FILE_ID_BYTES_MAX = 4096;
    static final int TOKEN_BYTES_MAX = 16 * 1024;
    static final int NAME_BYTES_MAX = 1024;
    static final int TEXT_BYTES_MAX = 1024;
    static final int VALIDATOR_BYTES_MAX = 512;

    static final int SEALING_THREADS_MAX = 64;
    static final int CREDIT_BYTES_MIN = DATA_BYTES_MAX;
    static final int CREDIT_BYTES_MAX = 1 << 30;

    /** What a client may have open before it has read the server's GRANT; every server grants at least as many. */
    static final int REQUESTS_BEFORE_GRANT = 16;

    static final int REQUESTS_MAX = 4096;
    static final long REKEY_BYTES_MIN = 64L * 1024;
    static final long REKEY_BYTES_MAX = 64L * 1024 * 1024 * 1024;
    /** How long an end is silent at most if the client wants ALIVE. */
    static final Duration ALIVE_EVERY = Duration.ofSeconds(2);

    static final Duration HANDSHAKE_TIMEOUT_MAX = Duration.ofMinutes(5);

    /** A server that wants to be left alone for longer is not one to wait for. */
    static final Duration RETRY_AFTER_MAX = Duration.ofDays(1);

    private Limits() {}

    static void requireInRange(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + "=" + value + " is outside " + min + ".." + max);
        }
    }

    static void requireInRange(String name, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(name + "=" + value + " is outside " + min + ".." + max);
        }
    }

    /** The message names the field and its length, never its content: the field may be a token. */
    static void requireUtf8Length(String name, String value, int bytesMax) {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length > bytesMax) {
            throw new IllegalArgumentException(name + " has " + length + " bytes in UTF-8, above " + bytesMax);
        }
    }
}
