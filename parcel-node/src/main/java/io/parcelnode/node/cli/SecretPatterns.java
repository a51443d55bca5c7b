package io.parcelnode.node.cli;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Where secrets stand that nobody has told us of: headers, addresses, parameters of signed links. Thread-safe. */
final class SecretPatterns {
    private static final String PARAMETERS =
            "x-amz-(?:signature|credential|security-token)|x-goog-(?:signature|credential)|signature|sig"
                    + "|(?:access_?|refresh_?|id_?|auth_?|session_?)?token|(?:ssl_?)?password|passwd|pwd"
                    + "|(?:client_?)?secret|api_?key|awsaccesskeyid|googleaccessid";

    private static final Pattern USER = Pattern.compile("(?i)([a-z][a-z0-9+.-]*://)[^\\s/\"'<>]*@");

    /** In an address within an address the signs are encoded. */
    private static final Pattern PARAMETER =
            Pattern.compile("(?i)((?:(?<![a-z_])|(?<=%3F)|(?<=%26))(?:" + PARAMETERS + ")(?:=|%3D))[^&\\s\"'<>]+");

    private static final Pattern MEMBER =
            Pattern.compile("(?i)(\\\\?\"(?:" + PARAMETERS + ")\\\\?\"\\s*:\\s*\\\\?\")[^\"\\\\]+");
    private static final Pattern BEARER = Pattern.compile("(?i)(\\bbearer\\s+)[A-Za-z0-9._~+/=-]{8,}");
    private static final Pattern JWT =
            Pattern.compile("()\\beyJ[A-Za-z0-9_-]{6,}\\.[A-Za-z0-9_-]*(?:\\.[A-Za-z0-9_-]*)?");

    private final Set<String> headers = new TreeSet<>(String.CASE_INSENSITIVE_ORDER); // Guarded by this.
    private volatile Pattern header;

    SecretPatterns() {
        header("Authorization");
        header("Proxy-Authorization");
        header("X-Auth-Token");
    }

    /** A header of this name carries a secret. */
    synchronized void header(String name) {
        if (headers.add(name)) {
            String names = headers.stream().map(Pattern::quote).collect(Collectors.joining("|"));
            header = Pattern.compile("(?i)((?<![\\w-])(?:" + names + "|(?:set-)?cookie)[\"']?\\s*[:=]\\s*[\"'\\[]?"
                    + "(?:(?:bearer|basic|digest|token)\\s+)?)[^\\s\"'<>]+");
        }
    }

    String mask(String text, String mask) {
        String masked = text;
        // Most lines have none of these signs, and looking for a sign costs next to nothing.
        if (masked.indexOf('@') >= 0 && masked.contains("://")) {
            masked = masked(USER, masked, mask + '@');
        }
        if (masked.indexOf('=') >= 0 || masked.contains("%3")) {
            masked = masked(PARAMETER, masked, mask);
        }
        if (masked.indexOf('"') >= 0) {
            masked = masked(MEMBER, masked, mask);
        }
        if (masked.indexOf(':') >= 0 || masked.indexOf('=') >= 0) {
            masked = masked(header, masked, mask);
        }
        if (masked.indexOf(' ') >= 0) {
            masked = masked(BEARER, masked, mask);
        }
        return masked.contains("eyJ") ? masked(JWT, masked, mask) : masked;
    }

    private static String masked(Pattern pattern, String text, String mask) {
        return pattern.matcher(text).replaceAll("$1" + Matcher.quoteReplacement(mask));
    }
}
