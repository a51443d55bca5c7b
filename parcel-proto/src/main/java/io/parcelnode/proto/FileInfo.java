package io.parcelnode.proto;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a server says of a file before its bytes.
 *
 * @param name      a name to save it under, "" for none; up to 1024 bytes in UTF-8. It comes from the peer: check it
 *     before it becomes a path.
 * @param sizeBytes of the whole file, -1 when unknown
 * @param validator changes when the file does, "" for none; up to 512 bytes
 * @param md5Hex    of the whole file as its origin states it, null when unknown
 * @param sha256Hex of the whole file as its origin states it, null when unknown
 */
public record FileInfo(String name, long sizeBytes, String validator, String md5Hex, String sha256Hex) {
    private static final Pattern MD5 = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    public FileInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(validator, "validator");
        Limits.requireUtf8Length("name", name, Limits.NAME_BYTES_MAX);
        Limits.requireUtf8Length("validator", validator, Limits.VALIDATOR_BYTES_MAX);
        Limits.requireInRange("sizeBytes", sizeBytes, -1, Long.MAX_VALUE);
        requireHex("md5Hex", md5Hex, MD5);
        requireHex("sha256Hex", sha256Hex, SHA_256);
    }

    private static void requireHex(String name, String value, Pattern pattern) {
        if (value != null && !pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(name + "=" + value + " does not match " + pattern);
        }
    }
}
