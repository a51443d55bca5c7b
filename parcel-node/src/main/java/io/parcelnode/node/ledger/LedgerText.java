package io.parcelnode.node.ledger;

import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Redaction;

/** Texts that peers have chosen, as they may stand in a database: PostgreSQL takes no NUL, terminals obey escapes. */
final class LedgerText {
    private LedgerText() {}

    /** What does not show is escaped as in Java, and the whole cut to a length. */
    static String clean(String text, int charsMax) {
        if (text == null || text.length() <= charsMax && FileIds.isPlain(text)) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE -> clean.append(String.format("\\u%04X", c));
                default -> clean.appendCodePoint(c);
            }
        });
        if (clean.length() <= charsMax) {
            return clean.toString();
        }
        int end = Character.isHighSurrogate(clean.charAt(charsMax - 2)) ? charsMax - 2 : charsMax - 1;
        return clean.substring(0, end) + '…';
    }

    /** A reason, which may repeat whatever was said to somebody. */
    static String reason(String text, String token, int charsMax) {
        return clean(Redaction.of(Redaction.without(token, text)), charsMax);
    }
}
