package io.parcelnode.node.source;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Takes the client's token out of what an endpoint says before anybody else sees it. */
final class SafeText {
    private static final String MASK = "***";

    private SafeText() {}

    /** The token as it is, and as pages and addresses would quote it. */
    static String withoutToken(String text, String token) {
        if (token == null || token.isEmpty()) {
            return text;
        }
        String html = token.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
        String json = token.replace("\\", "\\\\").replace("\"", "\\\"");
        String url = URLEncoder.encode(token, StandardCharsets.UTF_8);
        return text.replace(html, MASK).replace(json, MASK).replace(url, MASK).replace(token, MASK);
    }

    /** For a text that was cut off: its end may be the token's beginning. */
    static String withoutTokenAtEnd(String text, String token) {
        if (token == null) {
            return text;
        }
        for (int length = Math.min(text.length(), token.length()); length > 0; length--) {
            if (text.endsWith(token.substring(0, length))) {
                return text.substring(0, text.length() - length) + MASK;
            }
        }
        return text;
    }
}
