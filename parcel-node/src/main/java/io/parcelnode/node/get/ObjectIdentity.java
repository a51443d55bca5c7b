package io.parcelnode.node.get;

import io.parcelnode.proto.FileInfo;

/**
 * Which version of which content an endpoint holds under an id.
 *
 * @param sizeBytes -1 when unknown
 * @param validator ETag, or Last-Modified; empty when unknown
 * @param md5Hex of the content as the endpoint states it, null when it does not
 * @param sha256Hex the same
 */
record ObjectIdentity(long sizeBytes, String validator, String md5Hex, String sha256Hex) {
    static ObjectIdentity of(FileInfo info) {
        return new ObjectIdentity(info.sizeBytes(), info.validator(), info.md5Hex(), info.sha256Hex());
    }

    /** Whether a changed object could be told from this one: without that, parts of both might be mixed. */
    boolean isCertain() {
        return sizeBytes >= 0 && (!validator.isEmpty() || md5Hex != null || sha256Hex != null);
    }

    /** True only on evidence; endpoints do not tell every digest with every answer. */
    boolean isSameAs(ObjectIdentity other) {
        if (!isCertain()
                || sizeBytes != other.sizeBytes
                || !validator.equals(other.validator)
                || differ(md5Hex, other.md5Hex)
                || differ(sha256Hex, other.sha256Hex)) {
            return false;
        }
        return !validator.isEmpty()
                || md5Hex != null && md5Hex.equals(other.md5Hex)
                || sha256Hex != null && sha256Hex.equals(other.sha256Hex);
    }

    /** For a request: what the object must still have, null if there is nothing to demand. */
    String demandedValidator() {
        return validator.isEmpty() ? null : validator;
    }

    private static boolean differ(String one, String other) {
        return one != null && other != null && !one.equals(other);
    }
}
