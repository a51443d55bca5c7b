package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.TransportOptions;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.GatedFiles;
import io.parcelnode.node.testing.HeldUpFiles;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is the local disk's fault is called so, and harms no file that was there. */
@Timeout(180)
class LocalDiskTest {
    private static final byte[] CONTENT = TestBytes.random(3_000_000, 1);

    @TempDir
    Path folder;

    @Test
    void aTargetThatCannotBeAFolderIsFoundBeforeAnybodyIsAsked() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "precious");
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"))) {
            for (String target : List.of(file.toString(), file + "/below", "/proc/parcel-node")) {
                CommandRun run = CommandRun.run(
                        fixture.home, "get", "x", "-p", String.valueOf(fixture.server.port()), "-d", target);

                assertEquals(7, run.exitCode(), run::all);
                assertTrue(run.err().contains(target), run::all);
            }
            assertEquals(0, fixture.server.requests());
        }
        assertEquals("precious", Files.readString(file));
    }

    @Test
    void somethingInTheWayFailsThatFileAlone() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"))) {
            Files.createDirectories(fixture.target.resolve("taken"));
            Files.writeString(fixture.target.resolve("file"), "precious");

            CommandRun run = fixture.get("taken", "file/below", "x");

            assertEquals(7, run.exitCode(), run::all);
            DownloadTest.assertSummary(run, 1, 2);
            assertEquals(List.of("file", "x"), fixture.left());
            assertEquals("precious", Files.readString(fixture.target.resolve("file")));
        }
    }

    /** Half a surrogate pair is a name that no system stores. */
    @Test
    void aNameThatThisSystemCannotStoreFailsThatFileAlone() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"));
                PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
                Reporter reporter = new JsonReporter(nowhere)) {
            ServerLink link = new ServerLink(
                    "127.0.0.1",
                    fixture.server.port(),
                    new TransportOptions().forClient(),
                    4,
                    ServerIdentityCheck.pinned(fixture.server.fingerprint()));

            int exitCode = new DownloadRun(link, reporter, TokenSource.fixed(null), options(fixture))
                    .run(List.of(WantedFile.of("odd\ud800"), WantedFile.of("x")));

            assertEquals(7, exitCode);
            assertEquals(List.of("x"), fixture.left());
            assertEquals(1_500, link.mtuBytes());
        }
    }

    @Test
    void printsJsonInUtf8WhateverTheLocale() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Reporter reporter = new JsonReporter(new PrintStream(bytes, true, StandardCharsets.US_ASCII))) {
            reporter.done(new Outcome(new Download("\u00fc"), ExitCode.NO_SUCH_FILE, "none", 0));
        }
        assertTrue(bytes.toString(StandardCharsets.UTF_8).contains("\u00fc"), bytes::toString);
    }

    @Test
    void aLogFileTellsWhatTheConsoleKeepsQuietBesideJson() throws Exception {
        Path log = folder.resolve("log");
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"))) {
            CommandRun run = fixture.get("x", "--log-file", log.toString());

            assertEquals(0, run.exitCode(), run::all);
            assertEquals("", run.err());
            assertTrue(Files.readString(log).contains("INFO] Connecting to server at 127.0.0.1:"));
        }
    }

    @Test
    void anOlderFileStaysUntilTheNewOneIsVerified() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            Files.createDirectories(fixture.target);
            Files.writeString(fixture.target.resolve("x"), "older");
            endpoint.header("Repr-Digest", "sha-256=:" + "A".repeat(43) + "=:");
            assertEquals(6, fixture.get("x").exitCode());
            assertEquals("older", Files.readString(fixture.target.resolve("x")));

            endpoint.header("Repr-Digest", "");
            assertEquals(0, fixture.get("x").exitCode());
            assertArrayEquals(CONTENT, fixture.read("x"));
        }
    }

    @Test
    void aFullDiskIsNamedWhetherTheSizeIsKnownBeforeOrNot() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            Files.createDirectories(fixture.target);
            assumeTrue(mount(fixture.target), "this system does not let us mount a small disk");
            try {
                CommandRun known = fixture.get("x");
                assertEquals(7, known.exitCode(), known::all);
                assertTrue(reason(known).contains("not enough space"), known::all);
                assertTrue(reason(known).contains("it needs " + CONTENT.length), known::all);

                endpoint.withoutRanges().withoutLengths();
                CommandRun unknown = fixture.get("x");
                assertEquals(7, unknown.exitCode(), unknown::all);
                assertTrue(reason(unknown).contains("cannot write"), unknown::all);
                assertFalse(fixture.left().contains("x"));
            } finally {
                execute("umount", fixture.target.toString());
            }
        }
    }

    @Test
    void twoDownloadsOfOneFileDoNotSpoilEachOther() throws Exception {
        GatedFiles gated = new GatedFiles(new MemoryFiles(CONTENT, "v"), 1_000_000);
        try (GetFixture fixture = new GetFixture(folder, gated)) {
            CompletableFuture<Integer> first = download(fixture);
            Await.until("the first one writes", () -> size(fixture.target.resolve("x.part")) > 0);
            CompletableFuture<Integer> second = download(fixture);
            assertEquals(7, second.get());
            gated.open();

            assertEquals(0, first.get());
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertEquals(List.of("x"), fixture.left());
        }
    }

    /** The endpoint tells one name for two files, and another process gets the other one at the same time. */
    @ParameterizedTest
    @ValueSource(ints = {1_000, PieceMap.PIECE_BYTES + 1})
    void aNameThatAnotherDownloadHasTakenMeanwhileStaysItsOwn(int bytes) throws Exception {
        byte[] content = TestBytes.random(bytes, 2);
        try (TestEndpoint endpoint = new TestEndpoint().file("x", content);
                GetFixture fixture = GetFixture.rest(folder, endpoint);
                PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
                Reporter reporter = new JsonReporter(nowhere)) {
            endpoint.header("Content-Disposition", "attachment; filename=named");
            Path named = fixture.target.resolve("named");
            Disk busy = (file, options) -> {
                if (!Files.exists(named)) {
                    Files.writeString(named, "another's");
                }
                return Disk.LOCAL.open(file, options);
            };
            DownloadRun run =
                    new DownloadRun(fixture.link(), reporter, TokenSource.fixed(null), options(fixture), busy);

            assertEquals(7, run.run(List.of(WantedFile.of("x"))));
            assertEquals("another's", Files.readString(named));
            assertEquals(List.of("named"), fixture.left());
            assertEquals(0, fixture.get("x").exitCode());
            assertArrayEquals(content, fixture.read("x"));
        }
    }

    /** Writing to a file that has no name any more succeeds, for days if need be. */
    @Test
    void aFolderThatIsDeletedMeanwhileIsNoticedLongBeforeTheEnd() throws Exception {
        byte[] content = TestBytes.random(4 * PieceMap.PIECE_BYTES, 1);
        CountDownLatch over = new CountDownLatch(1);
        HeldUpFiles files = new HeldUpFiles(new MemoryFiles(content, "v"), request -> {
            if (request.offsetBytes() > 0) {
                over.await(); // There is no end to it.
            }
        });
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GetFixture fixture = new GetFixture(folder, files);
                Reporter reporter = new JsonReporter(out)) {
            Disk disk = (file, options) -> new ForwardingChannel(FileChannel.open(file, options)) {
                @Override
                public void force(boolean metaData) throws IOException {
                    super.force(metaData);
                    for (String name : fixture.left()) {
                        Files.delete(fixture.target.resolve(name));
                    }
                    Files.deleteIfExists(fixture.target);
                }
            };
            DownloadRun run =
                    new DownloadRun(fixture.link(), reporter, TokenSource.fixed(null), options(fixture), disk);

            assertEquals(7, run.run(List.of(WantedFile.of("x"))), out::toString);
            assertTrue(out.toString(StandardCharsets.UTF_8).contains("x.part is gone"), out::toString);
        } finally {
            over.countDown();
        }
    }

    private CompletableFuture<Integer> download(GetFixture fixture) {
        CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try (PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
                    Reporter reporter = new JsonReporter(nowhere)) {
                ServerLink link = new ServerLink(
                        "127.0.0.1",
                        fixture.server.port(),
                        new TransportOptions().forClient(),
                        4,
                        ServerIdentityCheck.pinned(fixture.server.fingerprint()));
                exitCode.complete(new DownloadRun(link, reporter, TokenSource.fixed(null), options(fixture))
                        .run(List.of(WantedFile.of("x"))));
            } catch (Exception e) {
                exitCode.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return exitCode;
    }

    private static RunOptions options(GetFixture fixture) {
        return new RunOptions(fixture.target, fixture.home, Duration.ofSeconds(30));
    }

    private static String reason(CommandRun run) {
        return run.events("file-done").get(0).path("reason").asText();
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : -1;
    }

    private static boolean mount(Path where) throws Exception {
        return execute("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", where.toString());
    }

    private static boolean execute(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // There is no such command.
        }
    }
}
