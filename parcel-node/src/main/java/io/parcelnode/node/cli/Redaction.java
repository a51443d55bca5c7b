package io.parcelnode.node.cli;

import java.io.Closeable;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Takes tokens, passwords and signatures out of texts: the one place for that. Every line of the log passes here, of
 * whatever logger, and whatever else this process prints or records of what others have said.
 *
 * <p>Secrets that the process has read or received are found by their value, those of strangers by where they stand. What
 * this process reads itself is remembered for good, tokens of a server's clients as long as their sessions last.
 * Thread-safe.
 */
public final class Redaction {
    static final String MASK = "***";
    static final int OWN_MAX = 64;
    static final int LENGTH_MAX_CHARS = 16 * 1024;

    private static final SecretTable KNOWN = new SecretTable();
    private static final SecretPatterns PATTERNS = new SecretPatterns();
    private static final Deque<String> OWN = new ArrayDeque<>(); // Guarded by itself.

    private Redaction() {}

    /** For logs and records. Not for clients: what is missing would tell them that they have guessed a secret. */
    public static String of(String text) {
        return text == null ? null : PATTERNS.mask(KNOWN.mask(text, MASK), MASK);
    }

    /** For whoever has brought this token himself; null for none. */
    public static String forClient(String text, String token) {
        return PATTERNS.mask(without(token, text), MASK);
    }

    /** The same for a text that was cut off: its end may be the token's beginning. */
    public static String forClientOfCut(String text, String token) {
        if (token != null) {
            for (int length = Math.min(text.length(), token.length()); length > 0; length--) {
                if (text.endsWith(token.substring(0, length))) {
                    return forClient(text.substring(0, text.length() - length) + MASK, token);
                }
            }
        }
        return forClient(text, token);
    }

    /** The text without this secret alone; null for none. */
    public static String without(String secret, String text) {
        if (text == null || secret == null || secret.length() < SecretTable.LENGTH_MIN) {
            return text;
        }
        String masked = text;
        for (String spelling : Spellings.of(secret)) {
            masked = spelling.isEmpty() ? masked : masked.replace(spelling, MASK);
        }
        return masked;
    }

    /** A secret that this process has read: a token of its own, a password. Of many the last ones count. */
    public static void remember(String secret) {
        if (secret == null || secret.length() > LENGTH_MAX_CHARS) {
            return;
        }
        synchronized (OWN) {
            if (OWN.remove(secret)) {
                OWN.addLast(secret);
                return;
            }
            KNOWN.add(secret);
            OWN.addLast(secret);
            if (OWN.size() > OWN_MAX) {
                KNOWN.remove(OWN.removeFirst());
            }
        }
    }

    /** A header of this name carries a token. */
    public static void header(String name) {
        PATTERNS.header(name);
    }

    /** How many values are looked for. */
    static int known() {
        return KNOWN.size();
    }

    /** The tokens that a client has brought, until it goes. A client may bring any number; the last ones count. */
    public static final class OfClient implements Closeable {
        private static final int TOKENS_MAX = 16;
        private static final int CHARS_MAX = 4 * LENGTH_MAX_CHARS;

        private final Deque<String> tokens = new ArrayDeque<>(); // Guarded by this.
        private int chars;
        private boolean closed;

        /** Null is none. */
        public synchronized void remember(String token) {
            if (token == null || closed || token.length() > LENGTH_MAX_CHARS || tokens.contains(token)) {
                return;
            }
            KNOWN.add(token);
            tokens.addLast(token);
            chars += token.length();
            while (tokens.size() > TOKENS_MAX || chars > CHARS_MAX) {
                forgetFirst();
            }
        }

        @Override
        public synchronized void close() {
            closed = true;
            while (!tokens.isEmpty()) {
                forgetFirst();
            }
        }

        private void forgetFirst() {
            String token = tokens.removeFirst();
            chars -= token.length();
            KNOWN.remove(token);
        }
    }
}
