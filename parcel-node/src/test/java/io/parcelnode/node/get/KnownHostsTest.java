package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.cli.Addresses;
import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownHostsTest {
    private static final String ONE = "sha256:" + "1".repeat(64);
    private static final String TWO = "sha256:" + "2".repeat(64);

    @TempDir
    Path folder;

    @Test
    void remembersEachServerByHostAndPort() throws Exception {
        Path home = folder.resolve("new/home");
        assertNull(new KnownHosts(home, "h:1").fingerprint());

        new KnownHosts(home, "h:1").record(ONE);
        new KnownHosts(home, "h:2").record(TWO);

        assertEquals(ONE, new KnownHosts(home, "h:1").fingerprint());
        assertEquals(TWO, new KnownHosts(home, "h:2").fingerprint());
        assertNull(new KnownHosts(home, "h:11").fingerprint());
    }

    @Test
    void startsALineOfItsOwnWhenTheLastOneWasLeftOpen() throws Exception {
        Files.writeString(folder.resolve("known_hosts"), "h:1 " + ONE);

        new KnownHosts(folder, "h:2").record(TWO);

        assertEquals(ONE, new KnownHosts(folder, "h:1").fingerprint());
        assertEquals(TWO, new KnownHosts(folder, "h:2").fingerprint());
    }

    @Test
    void findsAServerHoweverItsAddressIsWritten() throws Exception {
        Files.writeString(folder.resolve("known_hosts"), "0:0::1:9000 " + ONE + "\n[FE80::1]:9000 " + TWO + "\n");

        assertEquals(ONE, new KnownHosts(folder, Addresses.key("[::1]", 9_000)).fingerprint());
        assertEquals(TWO, new KnownHosts(folder, Addresses.key("fe80:0::1", 9_000)).fingerprint());
    }

    @Test
    void skipsLinesItDoesNotUnderstand() throws Exception {
        Files.writeString(folder.resolve("known_hosts"), "# note\n\nh:2\n" + "  h:1\t" + ONE + " \r\n");

        assertEquals(ONE, new KnownHosts(folder, "h:1").fingerprint());
    }

    /** Taking a damaged entry for none would let an impostor in on first use. */
    @Test
    void aDamagedEntryIsRefusedAndNotOverlooked() throws Exception {
        Files.writeString(folder.resolve("known_hosts"), "h:1 sha256:12\n");

        CommandException refusal = assertThrows(
                CommandException.class, () -> ServerIdentityCheck.known(new KnownHosts(folder, "h:1"), "h", true));

        assertEquals(ExitCode.SERVER_IDENTITY, refusal.exitCode());
        assertTrue(refusal.getMessage().contains("known_hosts"), refusal.getMessage());
    }

    @Test
    void aFileThatCannotBeReadIsNoEmptyOne() throws Exception {
        Files.createDirectory(folder.resolve("known_hosts"));

        assertThrows(CommandException.class, () -> new KnownHosts(folder, "h:1").fingerprint());
        CommandException refusal =
                assertThrows(CommandException.class, () -> new KnownHosts(folder, "h:1").record(ONE));
        assertEquals(ExitCode.LOCAL_DISK, refusal.exitCode());
    }
}
