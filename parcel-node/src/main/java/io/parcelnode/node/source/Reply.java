package io.parcelnode.node.source;

import io.parcelnode.proto.FileInfo;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Response;

/**
 * What the headers of the endpoint's answer say.
 *
 * @param startBytes first byte of the body within the file
 * @param sizeBytes size of the whole file, -1 when not told
 */
record Reply(Response response, int status, long startBytes, long sizeBytes, String validator) {
    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes (?:(\\d{1,18})-(\\d{1,18})|\\*)/(\\d{1,18}|\\*)");
    private static final Pattern FILE_NAME =
            Pattern.compile("filename=(?:\"([^\"]*)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);
    private static final Pattern FILE_NAME_UTF8 =
            Pattern.compile("filename\\*=UTF-8''([^;\\s]+)", Pattern.CASE_INSENSITIVE);
    /** What a {@link FileInfo} takes, in UTF-8. */
    private static final int NAME_MAX_BYTES = 1_024;

    private static final int VALIDATOR_MAX_BYTES = 512;

    static Reply of(Response response) {
        long start = 0;
        long size = response.code() == 200 ? response.body().contentLength() : -1;
        Matcher range = CONTENT_RANGE.matcher(response.header("Content-Range", ""));
        if (response.code() != 200 && range.matches()) {
            start = range.group(1) == null ? 0 : Long.parseLong(range.group(1));
            size = range.group(3).equals("*") ? -1 : Long.parseLong(range.group(3));
        }
        String validator = response.header("ETag", response.header("Last-Modified", ""));
        validator = fits(validator, VALIDATOR_MAX_BYTES) ? validator : "";
        return new Reply(response, response.code(), start, size, validator);
    }

    FileInfo info(String id) {
        return new FileInfo(name(id), sizeBytes, validator, digest("md5", 16), digest("sha-256", 32));
    }

    /** Whether the endpoint says that the file is another one for another token. */
    boolean dependsOn(String header) {
        return response.headers("Vary").stream()
                .flatMap(line -> java.util.Arrays.stream(line.split(",")))
                .map(String::strip)
                .anyMatch(name -> name.equals("*") || name.equalsIgnoreCase(header));
    }

    void close() {
        response.close();
    }

    private String name(String id) {
        String disposition = response.header("Content-Disposition", "");
        Matcher utf8 = FILE_NAME_UTF8.matcher(disposition);
        Matcher plain = FILE_NAME.matcher(disposition);
        String name = "";
        if (utf8.find()) {
            try {
                name = java.net.URLDecoder.decode(utf8.group(1).replace("+", "%2B"), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                name = ""; // Not percent-encoded as it claims.
            }
        } else if (plain.find()) {
            name = plain.group(1) != null ? plain.group(1) : plain.group(2);
        }
        if (!name.isEmpty() && fits(name, NAME_MAX_BYTES)) {
            return name;
        }
        String ofId = id.substring(id.lastIndexOf('/') + 1);
        return fits(ofId, NAME_MAX_BYTES) ? ofId : "";
    }

    private static boolean fits(String text, int bytesMax) {
        return text.getBytes(StandardCharsets.UTF_8).length <= bytesMax;
    }

    /** The digest of the whole file in hex, null if no header tells (RFC 9530, RFC 3230, x-goog-hash). */
    private String digest(String algorithm, int lengthBytes) {
        for (String header : new String[] {"Repr-Digest", "Digest", "x-goog-hash"}) {
            for (String line : response.headers(header)) {
                for (String entry : line.split(",")) {
                    String[] pair = entry.strip().split("=", 2);
                    if (pair.length == 2
                            && pair[0].strip().toLowerCase(Locale.ROOT).equals(algorithm)) {
                        return hex(pair[1].strip().replaceAll("^:|:$", ""), lengthBytes);
                    }
                }
            }
        }
        boolean whole = status == 200 && algorithm.equals("md5");
        return whole ? hex(response.header("Content-MD5", ""), lengthBytes) : null;
    }

    private static String hex(String base64, int lengthBytes) {
        try {
            byte[] digest = Base64.getDecoder().decode(base64);
            return digest.length == lengthBytes ? HexFormat.of().formatHex(digest) : null;
        } catch (IllegalArgumentException e) {
            return null; // Not what the header promises; the file's own digest is computed anyway.
        }
    }
}
