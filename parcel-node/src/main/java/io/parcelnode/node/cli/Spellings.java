package io.parcelnode.node.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/** The ways in which pages, JSON, addresses and log lines write the same text. */
final class Spellings {
    private Spellings() {}

    /** Those that differ, the longest ones first where one contains the other. */
    static Set<String> of(String text) {
        Set<String> spellings = new LinkedHashSet<>();
        spellings.add(text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;"));
        spellings.add(text.replace("\\", "\\\\").replace("\"", "\\\""));
        String form = URLEncoder.encode(text, StandardCharsets.UTF_8);
        spellings.add(form);
        spellings.add(form.replace("+", "%20"));
        spellings.add(text);
        spellings.add(Messages.onOneLine(text));
        return spellings;
    }
}
