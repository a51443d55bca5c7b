package io.parcelnode.node.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.regex.Pattern;

/** Which texts may name a file. Both ends check: the server before it asks anybody, the client before it writes. */
public final class FileIds {
    /** Longest id, in bytes of UTF-8. */
    public static final int LENGTH_MAX_BYTES = 4_096;

    private static final String UNRESERVED = "-._~";
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private static volatile HiddenNames hidden; // Null while names are shown.

    private FileIds() {}

    /**
     * Why {@code id} names no file, or null if it may name one. What an id would mean after percent-decoding counts
     * as well, because some endpoints decode twice.
     */
    public static String refusal(String id) {
        if (id.isEmpty()) {
            return "an empty id names no file";
        }
        if (id.getBytes(StandardCharsets.UTF_8).length > LENGTH_MAX_BYTES) {
            return "an id may have at most " + LENGTH_MAX_BYTES + " bytes";
        }
        String refusal = refusalOfPlain(id);
        return refusal != null || id.indexOf('%') < 0 ? refusal : refusalOfPlain(decode(id));
    }

    /** The id as a URL path: each segment percent-encoded, slashes kept. */
    public static String toUrlPath(String id) {
        StringBuilder path = new StringBuilder();
        for (byte value : id.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (value & 0xFF);
            if (c == '/' || c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0)) {
                path.append(c);
            } else {
                path.append(String.format("%%%02X", (int) c));
            }
        }
        return path.toString();
    }

    /** Whether this process shows hashes in place of names from now on: all of its logs and pages. */
    static void hide(boolean on) {
        hidden = on ? new HiddenNames(new SecureRandom()) : null;
    }

    /** Whether names are as good as secrets. */
    public static boolean areHidden() {
        return hidden != null;
    }

    /**
     * The id for a log line: no characters that control a terminal or hide from it, no more than a line. A hash of it
     * where names are hidden.
     */
    public static String printable(String id) {
        HiddenNames names = hidden;
        if (names != null) {
            return names.of(id);
        }
        String plain = isPlain(id) ? id : UNPRINTABLE.matcher(id).replaceAll("?");
        return plain.length() <= 200 ? plain : plain.substring(0, 200) + "…";
    }

    /** Whether these are printable characters of ASCII alone, as in nearly all ids: quicker to see than what others are. */
    public static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    private static String refusalOfPlain(String id) {
        if (id.indexOf('\\') >= 0) {
            return "an id may not contain a backslash";
        }
        if (id.codePoints().anyMatch(Character::isISOControl)) {
            return "an id may not contain control characters";
        }
        for (String segment : id.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return "an id may not start or end with '/' or contain an empty, '.' or '..' segment";
            }
        }
        return null;
    }

    private static String decode(String id) {
        byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        for (int i = 0; i < bytes.length; i++) {
            int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(bytes[i + 2], 16) : -1;
            if (low >= 0) {
                decoded.write(high << 4 | low);
                i += 2;
            } else {
                decoded.write(bytes[i]);
            }
        }
        return decoded.toString(StandardCharsets.UTF_8);
    }
}
