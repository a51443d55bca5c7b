package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the endpoint refuses is not asked for over and over, nor waited for without a reason. */
@Timeout(180)
class TokensTest {
    private static final int FILES = 1_000;

    private int reads;

    @Test
    void aTokenThatWasNeverAcceptedEndsEveryFileAtOnce() throws Exception {
        Tokens tokens = tokens(read -> "dead");
        for (int i = 0; i < FILES; i++) {
            assertFalse(tokens.renew("dead"));
        }
        assertEquals(2, reads, "at first, and once more");
        assertFalse(tokens.hasGivenUp());
    }

    @Test
    void aCommandThatPrintsTokensWithoutEndAndNoneThatIsGoodEndsEveryFileToo() throws Exception {
        Tokens tokens = tokens(read -> "token-" + read);
        int tried = 0;
        for (int i = 0; i < FILES; i++) {
            tried += tokens.renew(tokens.current()) ? 1 : 0;
        }
        assertEquals(3, tried);
        assertEquals(4, reads);
    }

    @Test
    void anotherTokenThanTheOneRefusedIsTried() throws Exception {
        Tokens tokens = tokens(read -> read == 1 ? "old" : "new");
        assertTrue(tokens.renew("old"));
        assertEquals("new", tokens.current());
        assertTrue(tokens.renew("old"), "another file was still asked for with the old one");
        assertEquals(2, reads);
    }

    @Test
    void aRightThatIsMissingForThousandsOfFilesHasTheTokenReadOnce() throws Exception {
        Tokens tokens = tokens(read -> "weak");
        tokens.onAccepted("weak");
        long startNs = System.nanoTime();
        for (int i = 0; i < FILES; i++) {
            assertFalse(tokens.renewWithoutWaiting("weak"));
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs);
        assertTrue(reads <= 2 + seconds / 5, reads + " reads in " + seconds + " s");
    }

    /** @param token for each reading, counted from 1 */
    private Tokens tokens(IntFunction<String> token) throws Exception {
        TokenSource source = new TokenSource() {
            @Override
            public String read(Duration most) {
                return token.apply(++reads);
            }

            @Override
            public boolean mayChange() {
                return true;
            }
        };
        Tokens tokens = new Tokens(source, () -> Duration.ofMinutes(10).toNanos(), note -> {});
        tokens.readFirst();
        return tokens;
    }
}
