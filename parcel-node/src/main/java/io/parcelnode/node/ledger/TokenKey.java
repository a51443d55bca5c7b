package io.parcelnode.node.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Turns tokens into hashes that nobody can trace back without the key. Servers with the same key have the same hashes.
 * Thread-safe.
 */
final class TokenKey {
    private static final int KEY_BYTES = 32;
    private static final int HASH_BYTES = 16;
    private static final String MAC = "HmacSHA256";

    private final SecretKeySpec key;
    private final String id;

    TokenKey(byte[] key) {
        this.key = new SecretKeySpec(key, MAC);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
            this.id = HexFormat.of().formatHex(digest, 0, 4);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a JDK without SHA-256", e);
        }
    }

    /** @throws IOException if the file cannot be read, or holds no key */
    static TokenKey read(Path file) throws IOException {
        String text = Files.readString(file).strip();
        if (!text.matches("[0-9a-fA-F]{" + 2 * KEY_BYTES + "}")) {
            throw new IOException(file + " is not a key of " + 2 * KEY_BYTES + " hex digits");
        }
        return new TokenKey(HexFormat.of().parseHex(text));
    }

    /** The key in this file, made if there is none. Of two servers that make one, both get the same. */
    static TokenKey readOrMake(Path file, SecureRandom random) throws IOException {
        if (!Files.exists(file)) {
            byte[] bytes = new byte[KEY_BYTES];
            random.nextBytes(bytes);
            Path made = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID());
            try {
                Files.writeString(made, HexFormat.of().formatHex(bytes) + "\n", StandardOpenOption.CREATE_NEW);
                PrivateFiles.restrict(made, "rw-------");
                Files.createLink(file, made); // Complete or not there, and never in place of another.
            } catch (FileAlreadyExistsException e) {
                assert Files.exists(file) : file;
            } finally {
                Files.deleteIfExists(made);
            }
        }
        return read(file);
    }

    /** Tells keys apart, and says nothing about them. */
    String id() {
        return id;
    }

    /** {@code KEY:HASH}. */
    String hash(String token) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            byte[] hash = mac.doFinal(token.getBytes(StandardCharsets.UTF_8));
            return id + ':' + HexFormat.of().formatHex(Arrays.copyOf(hash, HASH_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a JDK without " + MAC, e);
        }
    }
}
