package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.CommandRun;
import io.parcelnode.node.testing.GatedFiles;
import io.parcelnode.node.testing.MemoryFiles;
import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.node.testing.TestEndpoint;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A second run goes on where the first one ended, and never takes for good what is not. */
@Timeout(120)
class ResumeTest {
    private static final int PIECE_BYTES = PieceMap.PIECE_BYTES;
    private static final byte[] CONTENT = TestBytes.random(5 * PIECE_BYTES + 12_345, 1);

    @TempDir
    Path folder;

    @Test
    void aLaterRunAsksOnlyForWhatIsMissing() throws Exception {
        try (GetFixture fixture = interrupted("v")) {
            long here = pieceBytes(fixture);
            assertTrue(here > 0 && here < CONTENT.length, "" + here);
            CommandRun run = secondRun(fixture, CONTENT, "v");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertEquals(List.of("x"), fixture.left());
            JsonNode done = run.events("file-done").get(0);
            assertEquals(CONTENT.length - here, done.path("fetched").asLong(), run::all);
            assertEquals(CONTENT.length, done.path("bytes").asLong());
            assertEquals(TestBytes.sha256Hex(CONTENT), done.path("sha256").asText());
            assertEquals(here, run.events("file-started").get(0).path("here").asLong());
        }
    }

    /** Row C9, and what trust is about: bytes of two versions never meet in one file. */
    @Test
    void aFileThatChangedBetweenTheRunsIsStartedAgainAndThatIsSaid() throws Exception {
        byte[] changed = TestBytes.random(CONTENT.length, 2);
        try (GetFixture fixture = interrupted("old")) {
            CommandRun run = secondRun(fixture, changed, "new");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(changed, fixture.read("x"));
            assertTrue(run.err().contains("x has changed at the endpoint; starting it again"), run::all);
            assertEquals(List.of("x"), fixture.left());
        }
    }

    @Test
    void aDamagedPieceIsFoundAndFetchedAgainAlone() throws Exception {
        try (GetFixture fixture = interrupted("v")) {
            long here = pieceBytes(fixture);
            List<Piece> pieces = pieces(fixture);
            try (RandomAccessFile part =
                    new RandomAccessFile(fixture.target.resolve("x.part").toFile(), "rw")) {
                part.seek(pieces.get(0).startBytes() + 1_000);
                int value = part.read();
                part.seek(pieces.get(0).startBytes() + 1_000);
                part.write(value ^ 1);
            }
            CommandRun run = secondRun(fixture, CONTENT, "v");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertEquals(
                    CONTENT.length - here + pieces.get(0).lengthBytes(),
                    run.events("file-done").get(0).path("fetched").asLong(),
                    run::all);
            assertTrue(run.err().contains("are not on the disk as they came; fetching them again"), run::all);
        }
    }

    /** As after a power cut: the journal's end, or the part's, did not make it to the disk. */
    @ParameterizedTest
    @ValueSource(strings = {"journal-1", "journal-40", "journal-all", "part-1", "part-half", "part-all", "part-gone"})
    void whateverAPowerCutLeavesTheFileComesRight(String cut) throws Exception {
        try (GetFixture fixture = interrupted("v")) {
            Path part = fixture.target.resolve("x.part");
            Path journal = fixture.target.resolve("x.part.journal");
            switch (cut) {
                case "journal-1" -> shorten(journal, Files.size(journal) - 1);
                case "journal-40" -> shorten(journal, Files.size(journal) - 40);
                case "journal-all" -> shorten(journal, 0);
                case "part-1" -> shorten(part, Files.size(part) - 1);
                case "part-half" -> shorten(part, Files.size(part) / 2);
                case "part-all" -> shorten(part, 0);
                default -> Files.delete(part);
            }
            CommandRun run = secondRun(fixture, CONTENT, "v");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertEquals(List.of("x"), fixture.left());
        }
    }

    /** Killed between the last byte and the new name: nothing is missing, but the object is compared again. */
    @Test
    void aPartThatIsCompleteOnlyGetsItsName() throws Exception {
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(CONTENT, "v"))) {
            complete(fixture.target.resolve("x"), "v");
            CommandRun run = fixture.get("x");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            assertEquals(0, run.events("file-done").get(0).path("fetched").asLong(-1), run::all);
        }
    }

    @Test
    void aPartThatIsCompleteButOldIsStartedAgain() throws Exception {
        byte[] changed = TestBytes.random(CONTENT.length + 1, 2);
        try (GetFixture fixture = new GetFixture(folder, new MemoryFiles(changed, "new"))) {
            complete(fixture.target.resolve("x"), "old");
            CommandRun run = fixture.get("x");

            assertEquals(0, run.exitCode(), run::all);
            assertArrayEquals(changed, fixture.read("x"));
        }
    }

    /** The same ETag, another content: the endpoint is wrong, but a digest that somebody promises still tells. */
    @Test
    void aMixThatNoValidatorTellsFailsTheDigest() throws Exception {
        byte[] changed = TestBytes.random(CONTENT.length, 2);
        try (GetFixture fixture = interrupted("v")) {
            Path manifest = Files.writeString(
                    folder.resolve("manifest"),
                    "id\tmd5\nx\t" + java.util.HexFormat.of().formatHex(TestBytes.digest("MD5", changed)) + "\n");
            fixture.server.restart(new MemoryFiles(changed, "v"));
            CommandRun run = fixture.get("-m", manifest.toString());

            assertEquals(6, run.exitCode(), run::all);
            assertFalse(fixture.left().contains("x"));
            assertTrue(run.events("file-done").get(0).path("reason").asText().contains("the manifest promises"));
        }
    }

    @Test
    void aFileOfAnEndpointIsResumedAcrossRunsWithItsDigestChecked() throws Exception {
        String base64 = Base64.getEncoder().encodeToString(TestBytes.digest("MD5", CONTENT));
        try (TestEndpoint endpoint = new TestEndpoint().file("x", CONTENT).header("x-goog-hash", "md5=" + base64);
                GetFixture fixture = GetFixture.rest(folder, endpoint)) {
            endpoint.twist((asked, exchange) -> {
                if (asked.from() > 3 * PIECE_BYTES) {
                    TestEndpoint.answer(exchange, 500, "rebooting");
                    return true;
                }
                return false;
            });
            CommandRun first = fixture.get("x");
            assertEquals(10, first.exitCode(), first::all);
            assertEquals(List.of("x.part", "x.part.journal"), fixture.left());

            endpoint.twist((asked, exchange) -> false);
            CommandRun second = fixture.get("x");
            assertEquals(0, second.exitCode(), second::all);
            assertArrayEquals(CONTENT, fixture.read("x"));
            long fetched = second.events("file-done").get(0).path("fetched").asLong();
            assertTrue(fetched <= CONTENT.length - 2L * PIECE_BYTES, second::all);
        }
    }

    /** It had asked for its next slice already: that one must be fetched by another. */
    @Test
    void aStreamThatFailsLeavesNoSliceThatNobodyFetches() throws Exception {
        MemoryFiles files = new MemoryFiles(TestBytes.random(40 << 20, 3), "v");
        AtomicInteger failures = new AtomicInteger();
        FileProvider failing = request -> {
            ServedFile file = files.open(request);
            return request.offsetBytes() == 0 && failures.getAndIncrement() == 0
                    ? new FailingFile(file, 2 * PIECE_BYTES - 100_000)
                    : file;
        };
        try (GetFixture fixture = new GetFixture(folder, failing)) {
            CommandRun run = fixture.get("x");

            assertEquals(0, run.exitCode(), run::all);
            assertTrue(failures.get() > 0);
            assertArrayEquals(TestBytes.random(40 << 20, 3), fixture.read("x"));
        }
    }

    /** Serves so many bytes and then fails as an endpoint does. */
    private static final class FailingFile implements ServedFile {
        private final ServedFile file;
        private int leftBytes;

        FailingFile(ServedFile file, int bytes) {
            this.file = file;
            this.leftBytes = bytes;
        }

        @Override
        public FileInfo info() {
            return file.info();
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (leftBytes == 0) {
                throw new RequestFailedException(FailureKind.UPSTREAM, 500, "wanted by the test");
            }
            target.limit(Math.min(target.limit(), target.position() + leftBytes));
            int length = file.read(target);
            leftBytes -= length;
            return length;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** Ends the first run in the middle of the file; it waits for nothing, so that no pause is too short for it. */
    private GetFixture interrupted(String validator) throws Exception {
        GatedFiles gated = new GatedFiles(new MemoryFiles(CONTENT, validator), PIECE_BYTES + 500_000);
        GetFixture fixture = new GetFixture(folder, gated);
        CompletableFuture<CommandRun> running = fixture.start("x", "--give-up-after", "60s");
        Await.until("a whole piece is here", () -> pieceBytes(fixture) >= PIECE_BYTES);
        fixture.server.restartAsAnother(gated);
        CommandRun run = running.get();
        fixture.server.close();
        assertEquals(4, run.exitCode(), run::all);
        assertEquals(List.of("x.part", "x.part.journal"), fixture.left());
        return fixture;
    }

    private CommandRun secondRun(GetFixture fixture, byte[] content, String validator) throws Exception {
        fixture.server.restart(new MemoryFiles(content, validator));
        return fixture.get("x");
    }

    private static List<Piece> pieces(GetFixture fixture) throws Exception {
        JournalContent journal = JournalContent.read(fixture.target.resolve("x.part.journal"));
        return journal == null ? List.of() : List.copyOf(journal.pieces());
    }

    private static long pieceBytes(GetFixture fixture) throws Exception {
        return pieces(fixture).stream().mapToLong(Piece::lengthBytes).sum();
    }

    private static void complete(Path target, String validator) throws Exception {
        Files.createDirectories(target.getParent());
        Files.write(PartFile.partOf(target), CONTENT);
        ObjectIdentity identity = new ObjectIdentity(CONTENT.length, validator, null, null);
        try (Journal journal = Journal.create(PartFile.journalOf(target), "x", "x", identity)) {
            for (int at = 0; at < CONTENT.length; at += PIECE_BYTES) {
                byte[] bytes = Arrays.copyOfRange(CONTENT, at, Math.min(CONTENT.length, at + PIECE_BYTES));
                PieceChecksum checksum = new PieceChecksum();
                checksum.update(bytes, 0, bytes.length);
                journal.append(List.of(new Piece(at, bytes.length, checksum.value())));
            }
        }
    }

    private static void shorten(Path file, long length) throws Exception {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(length);
        }
    }
}
