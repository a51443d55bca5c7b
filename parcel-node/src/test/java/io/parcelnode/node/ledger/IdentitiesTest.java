package io.parcelnode.node.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentitiesTest {
    private static final TokenKey KEY = new TokenKey(new byte[32]);

    @TempDir
    Path folder;

    @Test
    void aTokenHasAHashThatDependsOnTheKey() {
        Identity identity = new Identities(KEY, null).of("secret");
        // As openssl has it: printf secret | openssl dgst -sha256 -mac HMAC -macopt hexkey:000…0 (64 digits)
        assertEquals("66687aad:1810e8d341b9e61e88895fba0b1aa2bd", identity.tokenHash());
        assertEquals("token:" + identity.tokenHash(), identity.who());
        assertEquals("token", identity.kind());
        byte[] other = new byte[32];
        other[31] = 1;
        assertNotEquals(identity.tokenHash(), new TokenKey(other).hash("secret"));
    }

    @Test
    void aClaimNamesThePersonWhereverItStands() {
        String token = jwt(
                "{\"sub\":\"ann\",\"https://x.org/user\":\"url\",\"n\":7,\"context\":{\"user\":{\"name\":\"Ann B\"}}}");
        assertEquals(new Identity("ann", "claim", KEY.hash(token)), new Identities(KEY, "sub").of(token));
        assertEquals("Ann B", new Identities(KEY, "context.user.name").of(token).who());
        assertEquals("url", new Identities(KEY, "https://x.org/user").of(token).who());
        assertEquals("7", new Identities(KEY, "n").of(token).who());
    }

    @Test
    void whatNamesNobodyIsKnownByItsHash() {
        Identities identities = new Identities(KEY, "sub");
        for (String token : new String[] {
            "opaque",
            "a.b.c",
            "a.!.c",
            jwt("{}"),
            jwt("{\"sub\":null}"),
            jwt("{\"sub\":\"  \"}"),
            jwt("{\"sub\":{\"x\":1}}"),
            jwt("[1]"),
            jwt("not json"),
            jwt(""),
            jwt("[".repeat(5_000))
        }) {
            assertEquals("token", identities.of(token).kind(), token);
        }
        assertEquals(Identity.NONE, identities.of(null));
        assertEquals(Identity.NONE, identities.of(""));
    }

    @Test
    void aClaimCannotWriteToATerminalOrFillTheLedger() {
        String who = new Identities(KEY, "sub")
                .of(jwt("{\"sub\":\"\\u001b[2J\\u0000\\u202e" + "x".repeat(10_000) + "\"}"))
                .who();
        assertTrue(who.startsWith("\\u001B[2J\\u0000\\u202Exx"), who);
        assertEquals(Identities.WHO_CHARS_MAX, who.length());
    }

    @Test
    void theClaimOfARefusedTokenIsNobodysWord() {
        Identity claimed = new Identities(KEY, "sub").of(jwt("{\"sub\":\"ann\"}"));
        assertEquals("unverified", claimed.unverified().kind());
        assertEquals("ann", claimed.unverified().who());
        Identity hashed = Identity.ofToken("x");
        assertEquals(hashed, hashed.unverified());
    }

    @Test
    void theKeyIsMadeOnceAndIsItsOwnersAlone() throws Exception {
        Path file = folder.resolve("key");
        TokenKey made = TokenKey.readOrMake(file, new SecureRandom());
        assertEquals(
                made.hash("x"), TokenKey.readOrMake(file, new SecureRandom()).hash("x"));
        assertEquals("[OWNER_READ, OWNER_WRITE]", "" + new TreeSet<>(Files.getPosixFilePermissions(file)));
        assertFalse(Files.readString(file).contains(made.id()));

        Files.writeString(file, "no key");
        IOException refusal = assertThrows(IOException.class, () -> TokenKey.readOrMake(file, new SecureRandom()));
        assertTrue(refusal.getMessage().contains("64 hex digits"), refusal::getMessage);
    }

    static String jwt(String payload) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8)) + '.'
                + base64.encodeToString(payload.getBytes(StandardCharsets.UTF_8)) + ".c2lnbmF0dXJl";
    }
}
