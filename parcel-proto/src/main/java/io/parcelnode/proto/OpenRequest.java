package io.parcelnode.proto;

import java.util.Objects;

/**
 * One request for a file, or for a part of one.
 *
 * @param fileId      names the file to the server; 1 to 4096 bytes in UTF-8
 * @param token       lets the server reach the file; up to 16 KiB, null for none. Never printed.
 * @param offsetBytes first byte wanted
 * @param lengthBytes bytes wanted, -1 for all up to the end; a file that ends sooner ends the answer sooner
 * @param ifValidator the validator the file must still have, up to 512 bytes, null for any
 */
public record OpenRequest(String fileId, String token, long offsetBytes, long lengthBytes, String ifValidator) {
    public OpenRequest {
        Objects.requireNonNull(fileId, "fileId");
        if (fileId.isEmpty()) {
            throw new IllegalArgumentException("fileId is empty");
        }
        Limits.requireUtf8Length("fileId", fileId, Limits.FILE_ID_BYTES_MAX);
        if (token != null) {
            Limits.requireUtf8Length("token", token, Limits.TOKEN_BYTES_MAX);
        }
        if (ifValidator != null) {
            Limits.requireUtf8Length("ifValidator", ifValidator, Limits.VALIDATOR_BYTES_MAX);
        }
        Limits.requireInRange("offsetBytes", offsetBytes, 0, Long.MAX_VALUE);
        Limits.requireInRange("lengthBytes", lengthBytes, -1, Long.MAX_VALUE - offsetBytes);
    }

    /** The whole file, whatever its validator. */
    public OpenRequest(String fileId, String token) {
        this(fileId, token, 0, -1, null);
    }

    @Override
    public String toString() {
        return "OpenRequest[fileId=" + fileId + ", token=" + (token == null ? "none" : "hidden") + ", offsetBytes="
                + offsetBytes + ", lengthBytes=" + lengthBytes + ", ifValidator=" + ifValidator + "]";
    }
}
