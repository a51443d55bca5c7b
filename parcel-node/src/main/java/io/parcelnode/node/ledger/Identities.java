package io.parcelnode.node.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Tells who is behind a token, without asking anybody: by a claim in it, else by its keyed hash. That the token is
 * genuine is for the endpoint to find out. Thread-safe.
 */
final class Identities {
    static final int WHO_CHARS_MAX = 200;

    private final TokenKey key;
    private final String claim;

    /** @param claim dots lead into objects, as in {@code context.user.name}; null for none */
    Identities(TokenKey key, String claim) {
        this.key = key;
        this.claim = claim;
    }

    Identity of(String token) {
        if (token == null || token.isEmpty()) {
            return Identity.NONE;
        }
        String hash = key.hash(token);
        String name = claim == null ? null : claimOf(token);
        return name == null ? Identity.ofToken(hash) : new Identity(name, Identity.CLAIM, hash);
    }

    private String claimOf(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return null; // Not a JWT.
        }
        try {
            byte[] json = Base64.getUrlDecoder().decode(parts[1].getBytes(StandardCharsets.ISO_8859_1));
            return field(EntryCodec.MAPPER.readTree(json), claim);
        } catch (IOException | IllegalArgumentException e) {
            return null; // Nor that; its hash will do.
        }
    }

    /** The text or number at a path of names; null if there is none. */
    static String field(JsonNode object, String path) {
        JsonNode value = object.path(path); // A name may contain dots itself, as URLs do.
        if (value.isMissingNode()) {
            value = object;
            for (String name : path.split("\\.")) {
                value = value.path(name);
            }
        }
        String text = value.isValueNode() && !value.isNull() ? value.asText().strip() : "";
        return text.isEmpty() ? null : LedgerText.clean(text, WHO_CHARS_MAX);
    }
}
