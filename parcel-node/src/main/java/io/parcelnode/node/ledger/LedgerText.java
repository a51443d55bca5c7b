package io.parcelnode.node.ledger;

/** Texts that peers have chosen, as they may stand in a database: PostgreSQL takes no NUL, terminals obey escapes. */
final class LedgerText {
    private LedgerText() {}

    /** What does not show is escaped as in Java, and the whole cut to a length. */
    static String clean(String text, int charsMax) {
        if (text == null) {
            return null;
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

    /** The same without the token, wherever it stands. */
    static String clean(String text, String token, int charsMax) {
        boolean hide = text != null && token != null && !token.isEmpty();
        return clean(hide ? text.replace(token, "***") : text, charsMax);
    }
}
