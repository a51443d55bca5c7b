package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Row D10: tokens die in the middle; the download must not. */
@Timeout(240)
class TokenRenewalTest {
    private static final byte[] CONTENT = TestBytes.random(3 * PieceMap.PIECE_BYTES, 1);
    private static final int EXPIRES_AT = 2 * PieceMap.PIECE_BYTES;

    @TempDir
    Path folder;

    /** What is valid now; ranges behind {@link #EXPIRES_AT} are refused to the first token. */
    private volatile String accepted = "first";

    @Test
    void theTokenFileIsReadAgainWhenTheTokenExpires() throws Exception {
        try (TestEndpoint endpoint = expiring();
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            Path file = Files.writeString(folder.resolve("token"), "first");
            CompletableFuture<CommandRun> running = fixture.start("x", "-t", file.toString());
            Await.until("the token is refused", () -> accepted.equals("second"));
            Files.writeString(file, "second");
            CommandRun run = running.get();

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertEquals(CONTENT.length, run.summary().path("fetched").asLong(), run::all);
        }
    }

    @Test
    void theTokenCommandIsRunAgainWhenTheTokenExpires() throws Exception {
        try (TestEndpoint endpoint = expiring();
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            Path state = folder.resolve("state");
            String command = "if [ -e " + state + " ]; then echo second; else touch " + state + "; echo first; fi";
            CommandRun run = fixture.get("x", "--token-command", command);

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
        }
    }

    @Test
    void aTokenCommandThatFailsAtOnceIsToldInTheSummary() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            CommandRun run = fixture.get("x", "--token-command", "exit 7");

            assertEquals(5, run.exitCode(), run::all);
            assertTrue(run.err().contains("--token-command ended with exit code 7"), run::all);
            assertEquals(1, run.summary().path("failed").asInt(), run::all);
            assertEquals(List.of(), run.events("connected"), run::all);
        }
    }

    @Test
    void withoutANewTokenTheRunSaysSoWaitsAndEndsResumable() throws Exception {
        try (TestEndpoint endpoint = expiring();
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            Path file = Files.writeString(folder.resolve("token"), "first");
            CommandRun run = fixture.get("x", "-t", file.toString(), "--give-up-after", "5s");

            assertEquals(5, run.exitCode(), run::all);
            assertTrue(run.err().contains("The endpoint refuses the token; waiting for another one"), run::all);
            assertEquals(List.of("x.part", "x.part.journal"), fixture.left());

            Files.writeString(file, "second");
            CommandRun again = fixture.get("x", "-t", file.toString());
            assertEquals(0, again.exitCode(), again::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertTrue(again.summary().path("fetched").asLong() < CONTENT.length, again::all);
        }
    }

    @Test
    void aTokenOnTheCommandLineCannotBeRenewedAndIsGivenUpAtOnce() throws Exception {
        try (TestEndpoint endpoint = expiring();
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            CommandRun run = fixture.get("x", "-T", "first");

            assertEquals(5, run.exitCode(), run::all);
            assertEquals(List.of("x.part", "x.part.journal"), fixture.left());
        }
    }

    @Test
    void aCommandThatPrintsNoTokenEndsTheRunBeforeAnybodyIsAsked() throws Exception {
        try (TestEndpoint endpoint = expiring();
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            for (String command : new String[] {"exit 3", "true", "printf 'a\\nb'"}) {
                CommandRun run = fixture.get("x", "--token-command", command);
                assertEquals(5, run.exitCode(), run::all);
                assertTrue(run.err().contains("token"), run::all);
            }
            assertEquals(0, fixture.server.requests());
        }
    }

    /** What hangs must not hold up the attempts after it, nor go on for ever, nor outlast {@code --give-up-after}. */
    @Test
    void aCommandThatHangsIsEndedWithAllItHasStarted() throws Exception {
        TokenSource hanging = TokenSource.ofCommand("sleep 987654321; true");
        for (int i = 0; i < 4; i++) {
            CommandException late = assertThrows(CommandException.class, () -> hanging.read(Duration.ofMillis(500)));
            assertTrue(late.getMessage().contains("did not end within 1 s"), late.getMessage());
        }
        assertEquals("t", TokenSource.ofCommand("echo t").read(Duration.ofSeconds(30)));
        Await.until(
                "it has ended",
                () -> ProcessHandle.current()
                        .descendants()
                        .noneMatch(
                                child -> child.info().commandLine().orElse("").contains("987654321")));
    }

    /** As agents do that are started by the first who asks them. */
    @Test
    void aCommandMayLeaveSomethingInTheBackground() throws Exception {
        String command = "echo t; sleep 60 & echo $! > " + folder.resolve("pid");
        try {
            assertEquals("t", TokenSource.ofCommand(command).read(Duration.ofSeconds(30)));
        } finally {
            long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        }
    }

    /** Row D30 and the GDC's three meanings of 403: a right that is missing fails its file, and waits for nothing. */
    @Test
    void aMissingRightFailsItsFileAlone() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            endpoint.twist((asked, exchange) -> {
                if (asked.path().endsWith("controlled")) {
                    TestEndpoint.answer(exchange, 403, "ask the data access committee");
                    return true;
                }
                return false;
            });
            Path file = Files.writeString(folder.resolve("token"), "s3cr3t");
            CommandRun run = fixture.get("controlled", "x", "-t", file.toString());

            assertEquals(5, run.exitCode(), run::all);
            DownloadTest.assertSummary(run, 1, 1);
            assertFalse(run.all().contains("s3cr3t"), run::all);
            assertTrue(run.out().contains("ask the data access committee"), run::all);
        }
    }

    private TestEndpoint expiring() throws Exception {
        return new TestEndpoint().file("x", CONTENT).twist((asked, exchange) -> {
            String token = asked.headers().getFirst("X-Auth-Token");
            if (token.equals("first") && asked.from() >= EXPIRES_AT) {
                // The server asks ahead: without this the token could die before the client has heard of the file.
                awaitJournal();
                accepted = "second";
            }
            if (token.equals(accepted)) {
                return false;
            }
            TestEndpoint.answer(exchange, 401, "expired");
            return true;
        });
    }

    private void awaitJournal() {
        Path journal = folder.resolve("target").resolve("x.part.journal");
        for (int i = 0; i < 6_000 && !Files.exists(journal); i++) {
            LockSupport.parkNanos(10_000_000);
        }
    }
}
