package io.parcelnode.node.admin;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Messages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The secret of the admin port; only its hash is kept. */
public final class AdminToken {
    static final int LENGTH_MIN = 16;

    private static final int LENGTH_MAX = 1_024;
    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";

    private final byte[] sha256;

    AdminToken(String token) {
        sha256 = sha256(token);
    }

    static AdminToken read(Path file) throws CommandException {
        try {
            if (Files.size(file) > 2 * LENGTH_MAX) {
                throw usage(file, "has more than a token in it; the most is " + LENGTH_MAX + " characters");
            }
            // Byte by byte, so that whatever stands in the file is judged here and not by a decoder.
            String token = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            if (token.length() < LENGTH_MIN || token.length() > LENGTH_MAX) {
                throw usage(
                        file,
                        "has a token of " + token.length() + " characters; " + LENGTH_MIN + " to " + LENGTH_MAX
                                + " are wanted, such as 'openssl rand -hex 32' prints");
            }
            if (!token.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
                throw usage(file, "has spaces or characters beyond ASCII in its token, which a header cannot carry");
            }
            return new AdminToken(token);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.USAGE, "cannot read --admin-token-file " + file + ": " + Messages.of(e), e);
        }
    }

    /** Takes as long for a wrong one as for a right one. */
    boolean matches(String authorization) {
        String candidate = authorization == null ? null : candidate(authorization);
        return candidate != null && MessageDigest.isEqual(sha256, sha256(candidate));
    }

    static boolean isBearer(String authorization) {
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    }

    /** Scripts send it as bearer; browsers ask for a name and a password, and the password is the token. */
    private static String candidate(String authorization) {
        if (isBearer(authorization)) {
            return authorization.substring(BEARER.length()).strip();
        }
        if (authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            try {
                byte[] pair = Base64.getDecoder()
                        .decode(authorization.substring(BASIC.length()).strip());
                String text = new String(pair, StandardCharsets.UTF_8);
                return text.substring(text.indexOf(':') + 1);
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
        return null;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private static CommandException usage(Path file, String text) {
        return new CommandException(ExitCode.USAGE, "--admin-token-file " + file + " " + text);
    }
}
