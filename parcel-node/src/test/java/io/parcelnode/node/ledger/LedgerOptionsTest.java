package io.parcelnode.node.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a server's flags is said before it listens. */
@Timeout(180)
class LedgerOptionsTest {
    @TempDir
    Path folder;

    @Test
    void refusesWhatCannotWork() throws Exception {
        requireRefusal(2, "jdbc:postgresql://HOST", "--database", "jdbc:postgresql://host:port/x");
        requireRefusal(2, "--database-password-file", "--database", "jdbc:postgresql://host/x?password=hidden");
        requireRefusal(
                2, "no such file", "--database", "jdbc:postgresql://host/x", "--database-password-file", "absent");
        requireRefusal(2, "--database-password-file needs --database", "--database-password-file", "absent");
        requireRefusal(2, "--token-key", "--token-key", "absent");
        requireRefusal(2, "64 hex digits", "--token-key", "" + Files.writeString(folder.resolve("key"), "x"));
        requireRefusal(2, "--ledger-keep 3600s is below a day", "--ledger-keep", "1h");
        requireRefusal(2, "--ledger-spool 1 is below 16777216", "--ledger-spool", "1");
        requireRefusal(2, "--node takes a name", "--node", " ");
        requireRefusal(2, "--whoami-url needs --data-server-url", "--whoami-url", "https://x/me");
        requireRefusal(2, "--who-claim needs --data-server-url", "--who-claim", "sub");
    }

    @Test
    void aStateFolderThatIsNoneIsTheDisksFault() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        requireRefusal(7, "file", "--state-dir", file.toString());
    }

    private void requireRefusal(int exitCode, String text, String... flags) {
        List<String> all = new ArrayList<>(List.of("serve", "--data-dir", "" + folder, "-i", "127.0.0.1", "-p", "0"));
        if (!List.of(flags).contains("--state-dir")) {
            all.addAll(List.of("--state-dir", folder.resolve("state").toString()));
        }
        all.addAll(List.of(flags));
        CommandRun run = CommandRun.run(folder, all.toArray(String[]::new));
        assertEquals(exitCode, run.exitCode(), run::all);
        assertTrue(run.err().contains(text), run::all);
        assertFalse(run.all().contains("hidden"), run::all);
        assertFalse(run.out().contains("Server ready"), run::all);
    }
}
