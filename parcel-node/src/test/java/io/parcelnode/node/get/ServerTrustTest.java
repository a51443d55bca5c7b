package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is asked of, and no token told to, a server that is not known. */
@Timeout(180)
class ServerTrustTest {
    private static final byte[] CONTENT = TestBytes.random(10_000, 1);
    private static final String TOKEN = "s3cr3t";

    @TempDir
    Path folder;

    private GetFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"));
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void anUnknownServerIsRefusedWhereNobodyCanBeAsked() throws Exception {
        CommandRun run = fixture.plainGet("x", "-T", TOKEN, "-v");

        assertRefused(run, "is not known");
        assertTrue(run.err().contains(fixture.server.fingerprint()), run::all);
        assertTrue(run.err().contains("--trust-on-first-use"), run::all);
        assertFalse(Files.exists(knownHosts()));
    }

    @Test
    void aServerWithAnotherFingerprintThanNamedIsRefused() throws Exception {
        assertRefused(
                fixture.plainGet("x", "-T", TOKEN, "--server-fingerprint", "sha256:" + "0".repeat(64)),
                "not the one you named");
    }

    @Test
    void aServerThatTheNamedAuthoritiesDidNotSignIsRefused() throws Exception {
        Path roots = folder.resolve("roots.pem");
        io.parcelnode.proto.ServerIdentity.selfSigned(new java.security.SecureRandom())
                .writePem(roots, folder.resolve("key.pem"));

        assertRefused(fixture.plainGet("x", "-T", TOKEN, "--ca-file", roots.toString()), "not the one you named");
    }

    @Test
    void aNamedFingerprintMayBeWrittenInCapitals() throws Exception {
        String capitals = fixture.server.fingerprint().substring(7).toUpperCase(Locale.ROOT);

        CommandRun run = fixture.plainGet("x", "--server-fingerprint", "sha256:" + capitals);

        assertEquals(0, run.exitCode(), run::all);
    }

    @Test
    void firstUseIsRecordedAndAChangeRefusedEver() throws Exception {
        CommandRun first = fixture.plainGet("x", "--trust-on-first-use");
        assertEquals(0, first.exitCode(), first::all);
        assertArrayEquals(CONTENT, fixture.read("x"));
        String line = "127.0.0.1:" + fixture.server.port() + ' ' + fixture.server.fingerprint();
        assertEquals(line, Files.readString(knownHosts()).strip());

        CommandRun second = fixture.plainGet("y");
        assertEquals(0, second.exitCode(), second::all);

        fixture.server.restartAsAnother(new MemoryFiles(CONTENT, "v"));
        int before = fixture.server.requests();
        for (String[] flags : new String[][] {{"z", "-T", TOKEN}, {"z", "-T", TOKEN, "--trust-on-first-use"}}) {
            CommandRun changed = fixture.plainGet(flags);
            assertEquals(4, changed.exitCode(), changed::all);
            assertTrue(changed.err().contains("impostor"), changed::all);
            assertEquals(before, fixture.server.requests());
            assertEquals(line, Files.readString(knownHosts()).strip());
        }
    }

    private void assertRefused(CommandRun run, String sentence) throws Exception {
        assertEquals(4, run.exitCode(), run::all);
        assertTrue(run.err().contains(sentence), run::all);
        assertEquals(0, fixture.server.requests());
        assertFalse(run.all().contains(TOKEN), run::all);
        assertEquals(0, fixture.left().size());
    }

    private Path knownHosts() {
        return fixture.home.resolve(".parcel-node/known_hosts");
    }
}
