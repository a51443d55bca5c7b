package io.parcelnode.node.get;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of a file on its way, and its MD5 if there is one to compare it with. Not thread-safe. */
final class FileDigests {
    private static final int BUFFER_BYTES = 1 << 18;

    private final MessageDigest sha256;
    private final MessageDigest md5;
    private String sha256Hex;
    private String md5Hex;

    FileDigests(boolean withMd5) {
        this(digest("SHA-256"), withMd5 ? digest("MD5") : null);
    }

    private FileDigests(MessageDigest sha256, MessageDigest md5) {
        this.sha256 = sha256;
        this.md5 = md5;
    }

    /** @param onProgress called again and again: a large file takes its time */
    static FileDigests ofFile(Path file, boolean withMd5, Runnable onProgress) throws IOException {
        FileDigests digests = new FileDigests(withMd5);
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                digests.update(buffer, 0, length);
                onProgress.run();
            }
        }
        return digests.end();
    }

    void update(byte[] bytes, int offset, int length) {
        sha256.update(bytes, offset, length);
        if (md5 != null) {
            md5.update(bytes, offset, length);
        }
    }

    /** As far as this one is; both go on by themselves. */
    FileDigests copy() {
        try {
            return new FileDigests((MessageDigest) sha256.clone(), md5 == null ? null : (MessageDigest) md5.clone());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("this Java runtime's digests cannot be copied", e);
        }
    }

    FileDigests end() {
        sha256Hex = HexFormat.of().formatHex(sha256.digest());
        md5Hex = md5 == null ? null : HexFormat.of().formatHex(md5.digest());
        return this;
    }

    /** After {@link #end}. */
    String sha256Hex() {
        return sha256Hex;
    }

    /** After {@link #end}; null if it was not asked for. */
    String md5Hex() {
        return md5Hex;
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(algorithm + " is missing from this Java runtime", e);
        }
    }
}
