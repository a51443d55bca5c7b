package io.parcelnode.proto;

/**
 * What is known of a file before its bytes come.
 *
 * @param name suggested name, at most 1024 bytes of UTF-8; the receiver decides whether it is fit for a disk
 * @param sizeBytes size of the whole file, -1 when unknown
 * @param validator changes when the content does, at most 512 bytes of UTF-8; empty when there is none
 * @param md5Hex MD5 of the whole file where its source tells it, else null
 * @param sha256Hex SHA-256 of the whole file where its source tells it, else null
 */
public record FileInfo(String name, long sizeBytes, String validator, String md5Hex, String sha256Hex) {}
