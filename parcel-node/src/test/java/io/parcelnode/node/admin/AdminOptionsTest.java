package io.parcelnode.node.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.testing.CommandRun;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminOptionsTest {
    private static final String TOKEN = "0123456789abcdef";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "9001",
                ":9001",
                "127.0.0.1",
                "127.0.0.1:",
                "127.0.0.1:x",
                "127.0.0.1:65536",
                "127.0.0.1:-1",
                "::1:9001",
                "192.0.2.1:0 ",
                "on",
                "no such host:1"
            })
    void whatIsNoAddressIsAUsageError(String given) {
        assertEquals(ExitCode.USAGE, refusal(given, null).exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:0", "[::]:0"})
    void whereOthersCanAskItDemandsATokenAndSaysHow(String given) {
        CommandException e = refusal(given, null);
        assertEquals(ExitCode.USAGE, e.exitCode());
        assertTrue(e.getMessage().contains("--admin-token-file"), e::getMessage);
        assertTrue(e.getMessage().contains("openssl rand"), e::getMessage);
    }

    @Test
    void withATokenItListensAnywhere() throws Exception {
        try (AdminPort port = options("0.0.0.0:0", token(TOKEN + "\n")).open()) {
            assertTrue(port.address().getAddress().isAnyLocalAddress());
        }
    }

    @Test
    void tokensThatAreNoSecretOrNoHeaderAreRefusedWithoutBeingPrinted() throws Exception {
        String[] bad = {"", "short", "0123456789abcdé-ef", "0123456789 abcdef", "x".repeat(1_025), "y".repeat(100_000)};
        for (String text : bad) {
            CommandException e = refusal("127.0.0.1:0", token(text));
            assertEquals(ExitCode.USAGE, e.exitCode());
            assertTrue(text.isEmpty() || !e.getMessage().contains(text), e::getMessage);
        }
        CommandException e = refusal("127.0.0.1:0", folder.resolve("absent"));
        assertEquals(ExitCode.USAGE, e.exitCode());
        assertTrue(e.getMessage().contains("no such file"), e::getMessage);
    }

    @Test
    void aPortInUseThatWasAskedForEndsTheServer() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CommandException e = refusal("127.0.0.1:" + taken.getLocalPort(), null);
            assertEquals(ExitCode.ADDRESS_IN_USE, e.exitCode());
            assertTrue(e.getMessage().contains("(TCP)"), e::getMessage);
        }
    }

    @Test
    void theDefaultPortInUseDoesNot() throws Exception {
        ServerSocket taken = new ServerSocket();
        try (taken) {
            try {
                taken.bind(new InetSocketAddress("127.0.0.1", 9_001));
            } catch (BindException e) {
                assertFalse(taken.isBound()); // Somebody else has it, which will do.
            }
            try (AdminPort port = options(null, null).open()) {
                assertNull(port.address());
                assertTrue(port.listeners().isEmpty());
            }
        }
    }

    @Test
    void offHasNone() throws Exception {
        try (AdminPort port = options("off", null).open()) {
            assertNull(port.address());
            assertTrue(port.listeners().isEmpty());
        }
        assertEquals(ExitCode.USAGE, refusal("off", token(TOKEN)).exitCode());
    }

    /** As a user meets it: before anything listens. */
    @Test
    void serveRefusesToStart() {
        CommandRun run = CommandRun.run(
                folder,
                "serve",
                "-i",
                "127.0.0.1",
                "-p",
                "0",
                "--state-dir",
                folder.resolve("state").toString(),
                "--data-dir",
                folder.toString(),
                "--admin",
                "0.0.0.0:0");
        assertEquals(2, run.exitCode(), run::all);
        assertTrue(run.err().contains("--admin-token-file"), run::all);
        assertFalse(run.out().contains("Server ready"), run::all);
    }

    private CommandException refusal(String given, Path tokenFile) {
        return assertThrows(
                CommandException.class, () -> options(given, tokenFile).open());
    }

    private Path token(String text) throws Exception {
        return Files.writeString(Files.createTempFile(folder, "token", ".txt"), text);
    }

    private static AdminOptions options(String given, Path tokenFile) {
        AdminOptions options = new AdminOptions();
        options.given = given;
        options.tokenFile = tokenFile;
        return options;
    }
}
