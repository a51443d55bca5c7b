package io.parcelnode.node.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.regex.Pattern;

/**
 * Values that must not be written, found in a text in one pass over it, however many there are: a server knows the tokens
 * of a thousand clients, and writes lines for each of their files. Thread-safe.
 */
final class SecretTable {
    /** Shorter ones cannot be told from words. */
    static final int LENGTH_MIN = 6;

    /** A text may have been cut off in the middle of a secret; this much of one is no coincidence. */
    private static final int CUT_MIN = 16;

    private static final int BUCKETS = 1 << 13;
    private static final int BASE = 0x01000193;
    private static final int LEAVING;

    static {
        int power = 1;
        for (int i = 1; i < LENGTH_MIN; i++) {
            power *= BASE;
        }
        LEAVING = power;
    }

    /** A client that calls its address its token would not be found in the log any more. */
    private static final Pattern ADDRESS = Pattern.compile(
            "\\d{1,3}(\\.\\d{0,3}){1,3}(:\\d{0,5})?|\\[?[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){2,7}]?(:\\d{0,5})?");

    /** How many begin with characters of this hash: almost all of a text is done with by a look at this. */
    private final AtomicIntegerArray buckets = new AtomicIntegerArray(BUCKETS);

    private final Map<Integer, List<String>> byHash = new ConcurrentHashMap<>();
    private final Map<String, Integer> holders = new HashMap<>(); // Guarded by this.

    /** To be followed by as many calls of {@link #remove}. */
    synchronized void add(String secret) {
        if (holders.merge(secret, 1, Integer::sum) == 1) {
            for (String spelling : spellings(secret)) {
                int hash = hash(spelling, 0);
                byHash.merge(hash, List.of(spelling), SecretTable::joined);
                buckets.incrementAndGet(bucket(hash));
            }
        }
    }

    synchronized void remove(String secret) {
        Integer left = holders.computeIfPresent(secret, (key, count) -> count == 1 ? null : count - 1);
        if (left == null) {
            for (String spelling : spellings(secret)) {
                int hash = hash(spelling, 0);
                byHash.computeIfPresent(hash, (key, known) -> without(known, spelling));
                buckets.decrementAndGet(bucket(hash));
            }
        }
    }

    synchronized int size() {
        return holders.size();
    }

    /** The text with a mask in place of each secret. */
    String mask(String text, String mask) {
        int last = text.length() - LENGTH_MIN;
        if (last < 0 || byHash.isEmpty()) {
            return text;
        }
        StringBuilder masked = null;
        int copied = 0;
        int hash = hash(text, 0);
        for (int at = 0; ; ) {
            int length = buckets.get(bucket(hash)) == 0 ? 0 : lengthOfSecretAt(text, at, hash);
            if (length > 0) {
                masked = masked == null ? new StringBuilder(text.length()) : masked;
                masked.append(text, copied, at).append(mask);
                at += length;
                copied = at;
                if (at > last) {
                    break;
                }
                hash = hash(text, at);
            } else if (at == last) {
                break;
            } else {
                hash = (hash - text.charAt(at) * LEAVING) * BASE + text.charAt(at + LENGTH_MIN);
                at++;
            }
        }
        return masked == null
                ? text
                : masked.append(text, copied, text.length()).toString();
    }

    private int lengthOfSecretAt(String text, int at, int hash) {
        int longest = 0;
        for (String secret : byHash.getOrDefault(hash, List.of())) {
            int length = 0;
            int most = Math.min(secret.length(), text.length() - at);
            while (length < most && text.charAt(at + length) == secret.charAt(length)) {
                length++;
            }
            if (length == secret.length() || length >= CUT_MIN) {
                longest = Math.max(longest, length);
            }
        }
        return longest;
    }

    /** As pages, addresses and our own lines would have it. None if it cannot be looked for. */
    private static Set<String> spellings(String secret) {
        Set<String> spellings = new LinkedHashSet<>(Spellings.of(secret));
        spellings.removeIf(spelling ->
                spelling.length() < LENGTH_MIN || ADDRESS.matcher(spelling).matches());
        return spellings;
    }

    private static List<String> joined(List<String> some, List<String> more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(more);
        return List.copyOf(all);
    }

    private static List<String> without(List<String> known, String spelling) {
        List<String> rest = new ArrayList<>(known);
        rest.remove(spelling);
        return rest.isEmpty() ? null : List.copyOf(rest);
    }

    private static int hash(String text, int from) {
        int hash = 0;
        for (int i = from; i < from + LENGTH_MIN; i++) {
            hash = hash * BASE + text.charAt(i);
        }
        return hash;
    }

    private static int bucket(int hash) {
        return (hash ^ hash >>> 16) & BUCKETS - 1;
    }
}
