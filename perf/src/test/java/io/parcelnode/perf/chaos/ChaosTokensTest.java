package io.parcelnode.perf.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.perf.chaos.ChaosPlan.TokenWay;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChaosTokensTest {
    @TempDir
    Path folder;

    @Test
    void theEndpointTakesOneTokenAtATime() throws Exception {
        for (long seed = 1; seed <= 20; seed++) {
            ChaosTokens tokens = new ChaosTokens(TokenWay.FILE, folder, seed);
            tokens.give(false);
            assertFalse(tokens.isGood(given(tokens)), "seed " + seed);
            tokens.give(true);
            String first = given(tokens);
            assertTrue(tokens.isGood(first), "seed " + seed);
            tokens.expire();
            assertFalse(tokens.isGood(first), "seed " + seed);
            assertFalse(Files.exists(tokens.file()) && tokens.isGood(given(tokens)), "seed " + seed);
            tokens.renew();
            assertTrue(tokens.isGood(given(tokens)), "seed " + seed);
            assertTrue(given(tokens).startsWith(tokens.mark()), "seed " + seed);
        }
    }

    @Test
    void onlyTheFlagPutsATokenOnTheCommandLine() throws Exception {
        for (TokenWay way : TokenWay.values()) {
            ChaosTokens tokens = new ChaosTokens(way, folder, 1);
            tokens.give(true);
            assertEquals(
                    way == TokenWay.FLAG, String.join(" ", tokens.arguments()).contains(ChaosTokens.MARK));
        }
        assertTrue(new ChaosTokens(TokenWay.NONE, folder, 1).isGood(null));
        assertFalse(new ChaosTokens(TokenWay.FILE, folder, 1).isGood(null));
    }

    @Test
    void theSearchFindsTokensAmongBytes() throws Exception {
        ChaosTokens tokens = new ChaosTokens(TokenWay.FILE, folder, 7);
        tokens.give(true);
        byte[] dirty = ("\0\u00ff" + given(tokens).substring(0, 20) + '\0').getBytes(StandardCharsets.ISO_8859_1);
        Path inner = Files.createDirectories(folder.resolve("a/b")).resolve("journal");
        Files.write(inner, dirty);
        Files.writeString(folder.resolve("clean"), "chaosToken7x");

        assertEquals(List.of(inner), TokenSearch.in(folder, tokens.mark(), tokens.file()));
        assertEquals(List.of(), TokenSearch.in(folder, "chaosT0ken8x", tokens.file()));
    }

    private static String given(ChaosTokens tokens) throws Exception {
        return Files.readString(tokens.file()).strip();
    }
}
