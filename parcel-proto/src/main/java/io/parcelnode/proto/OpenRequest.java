package io.parcelnode.proto;

/**
 * What a client asks for.
 *
 * @param fileId at most 4096 bytes of UTF-8
 * @param token passed on to whoever holds the file, at most 8 KiB of UTF-8; null for none
 * @param offsetBytes first byte wanted, 0 or more
 * @param lengthBytes how many bytes, -1 for all to the end
 * @param ifValidator serve only if the file's validator is this; null for any
 */
public record OpenRequest(String fileId, String token, long offsetBytes, long lengthBytes, String ifValidator) {
    public OpenRequest {
        if (offsetBytes < 0 || lengthBytes < -1) {
            throw new IllegalArgumentException(
                    "offsetBytes=" + offsetBytes + " or lengthBytes=" + lengthBytes + " is negative");
        }
    }

    /** Never shows the token. */
    @Override
    public String toString() {
        return "OpenRequest[" + fileId + ", from " + offsetBytes + ", length " + lengthBytes
                + (token == null ? "" : ", with a token") + ']';
    }
}
