package io.parcelnode.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    private final SecretTable table = new SecretTable();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Authorization: Bearer abc.def-1 | Authorization: Bearer ***",
                "authorization=Basic dXNlcjpwdw== | authorization=Basic ***",
                "headers=[X-Auth-Token:s3cr3t, Range:bytes=0-1] | headers=[X-Auth-Token:*** Range:bytes=0-1]",
                "'X-Auth-Token': 's3cr3t' | 'X-Auth-Token': '***'",
                "sent bearer 0123456789abcdef | sent bearer ***",
                "http://ann:hidden@h/x | http://***@h/x",
                "jdbc:postgresql://ann:hid@den@h:5432/db | jdbc:postgresql://***@h:5432/db",
                "jdbc:postgresql://h/db?user=ann&password=hidden&ssl=true | jdbc:postgresql://h/db?user=ann&password=***&ssl=true",
                "https://b/k?X-Amz-Date=1&X-Amz-Signature=0a1b | https://b/k?X-Amz-Date=1&X-Amz-Signature=***",
                "https://b/k?X-Amz-Credential=AK%2F1&X-Amz-Security-Token=Fw0&x=1 | https://b/k?X-Amz-Credential=***&X-Amz-Security-Token=***&x=1",
                "https://b/k?sv=1&sig=a%2Bb%3D | https://b/k?sv=1&sig=***",
                "https://b/k?Expires=9&Signature=x~y__&Key-Pair-Id=K | https://b/k?Expires=9&Signature=***&Key-Pair-Id=K",
                "go to 'https://b/k?access_token=a1' or b?token=b2 | go to 'https://b/k?access_token=***' or b?token=***",
                "to=https%3A%2F%2Fb%3FX-Amz-Signature%3D0a1b&y=2 | to=https%3A%2F%2Fb%3FX-Amz-Signature%3D***&y=2",
                "{\"access_token\":\"a1\",\"who\":\"ann\"} | {\"access_token\":\"***\",\"who\":\"ann\"}",
                "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.sig-_ there | got *** there",
            })
    void secretsOfStrangersAreFoundByWhereTheyStand(String text, String redacted) {
        assertEquals(redacted, Redaction.of(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Serving folder/design=final/token.bam from byte 0, 9 bytes in all",
                "the endpoint refuses the token: it has expired",
                "http://host:8080/data/ann@example.org/x?page=2",
                "Session with [::1]:4711 ended, 4 encryption threads",
                "whose bearer is not known",
                "does not name the bearer of a token: status 404",
                "unauthorized: come back later",
                ""
            })
    void whatIsNoSecretStays(String text) {
        assertEquals(text, Redaction.of(text));
    }

    @Test
    void aHeaderOfTheOperatorsChoiceIsOne() {
        Redaction.header("X-My.Pass");
        assertEquals("X-My.Pass: ***", Redaction.of("X-My.Pass: abc"));
        assertEquals("X-My-Pass: abc", Redaction.of("X-My-Pass: abc"));
    }

    /** As pages, JSON, addresses and our own lines would repeat it; and when a line was cut off in the middle of it. */
    @Test
    void aKnownSecretIsFoundHoweverItIsWritten() {
        String token = "a \"b\"  <c>&d/e+f;g%h~0123456789";
        table.add(token);
        for (String spelling : List.of(
                token,
                "a &quot;b&quot;  &lt;c&gt;&amp;d/e+f;g%h~0123456789",
                "a \\\"b\\\"  <c>&d/e+f;g%h~0123456789",
                "a+%22b%22++%3Cc%3E%26d%2Fe%2Bf%3Bg%25h%7E0123456789",
                "a%20%22b%22%20%20%3Cc%3E%26d%2Fe%2Bf%3Bg%25h%7E0123456789",
                "a \"b\" <c>&d/e+f;g%h~0123456789")) {
            assertEquals("no: ***, bad", table.mask("no: " + spelling + ", bad", "***"));
        }
        assertEquals("it was ***…", table.mask("it was " + token.substring(0, 20) + "…", "***"));
        table.remove(token);
        assertEquals("no: " + token, table.mask("no: " + token, "***"));
        assertEquals(0, table.size());
    }

    /** Against what the JDK's own replacing says. */
    @Test
    void findsEverySecretAmongManyAndNothingElse() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> secrets = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            secrets.add(word(random, 6 + random.nextInt(8)));
            table.add(secrets.get(i));
        }
        for (int round = 0; round < 200; round++) {
            StringBuilder text = new StringBuilder();
            StringBuilder expected = new StringBuilder();
            for (int part = random.nextInt(6); part >= 0; part--) {
                boolean secret = random.nextBoolean();
                String piece = secret
                        ? secrets.get(random.nextInt(secrets.size()))
                        : word(random, random.nextInt(12)).toUpperCase(java.util.Locale.ROOT);
                text.append(piece).append('|');
                expected.append(secret ? "***" : piece).append('|');
            }
            assertEquals(expected.toString(), table.mask(text.toString(), "***"), "seed " + seed);
        }
        secrets.forEach(table::remove);
        assertEquals(0, table.size());
        assertEquals(secrets.get(0), table.mask(secrets.get(0), "***"));
    }

    @Test
    void whatTwoHoldIsForgottenWithTheSecond() {
        table.add("secret");
        table.add("secret");
        table.remove("secret");
        assertEquals("***", table.mask("secret", "***"));
        table.remove("secret");
        assertEquals("secret", table.mask("secret", "***"));
    }

    /** Or a client would choose a token that hides where it has come from. */
    @ParameterizedTest
    @ValueSource(
            strings = {"203.0.113.7", "203.0.113.7:4711", "203.0.", "2001:db8::17", "[2001:db8::17]:4711", "short"})
    void anAddressIsNoSecret(String token) {
        table.add(token);
        assertEquals("Connection from " + token, table.mask("Connection from " + token, "***"));
    }

    /** A client that brings a token with each request, and clients that go. */
    @Test
    void theTokensOfAClientAreBoundedAndGoWithIt() {
        int before = Redaction.known();
        try (Redaction.OfClient client = new Redaction.OfClient()) {
            client.remember(null);
            for (int i = 0; i < 1_000; i++) {
                client.remember("token of request " + i);
                client.remember("token of request " + i);
            }
            assertTrue(Redaction.known() <= before + 16, "" + Redaction.known());
            assertEquals("it says ***", Redaction.of("it says token of request 999"));
            client.remember("x".repeat(16 * 1024));
            client.remember("y".repeat(16 * 1024));
            client.remember("z".repeat(16 * 1024 + 1));
            assertTrue(Redaction.known() <= before + 16, "" + Redaction.known());
        }
        // Sessions of other tests may be ending meanwhile, and forget theirs.
        assertTrue(Redaction.known() <= before, Redaction.known() + " of " + before);
        assertEquals("it says token of request 999", Redaction.of("it says token of request 999"));
    }

    @Test
    void ofItsOwnSecretsAProcessKnowsTheLastOnes() {
        for (int i = 100; i < 100 + 2 * Redaction.OWN_MAX; i++) {
            Redaction.remember("my own secret " + i);
        }
        assertTrue(Redaction.known() < 2 * Redaction.OWN_MAX, "" + Redaction.known());
        assertEquals("***", Redaction.of("my own secret " + (100 + 2 * Redaction.OWN_MAX - 1)));
    }

    /** What is missing from an answer would tell a client that it has guessed the beginning of another's token. */
    @Test
    void aClientLearnsNothingOfOthersTokens() {
        try (Redaction.OfClient other = new Redaction.OfClient()) {
            other.remember("the token of somebody else");
            assertEquals(
                    "no such file: the token of somebody",
                    Redaction.forClient("no such file: the token of somebody", "mine-mine"));
            assertEquals("no: ***", Redaction.forClient("no: mine-mine", "mine-mine"));
        }
    }

    @Test
    void theBeginningOfATokenAtTheEndOfACutTextIsMaskedAsWell() {
        assertEquals("it is ***", Redaction.forClientOfCut("it is secr", "secret"));
        assertEquals("it ran", Redaction.forClientOfCut("it ran", "secret"));
        assertEquals("it is", Redaction.forClientOfCut("it is", null));
        assertFalse(Redaction.forClientOfCut("secret, it is sec", "secret").contains("sec"));
    }

    private static String word(Random random, int length) {
        return random.ints(length, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
