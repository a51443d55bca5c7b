package io.parcelnode.node.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parcelnode.node.testing.TestBytes;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderSourceTest {
    private static final byte[] CONTENT = TestBytes.random(100_000, 1);

    @TempDir
    Path folder;

    private FolderSource source;

    @BeforeEach
    void fill() throws IOException {
        Path served = Files.createDirectories(folder.resolve("served/sub"));
        Files.write(served.resolve("x"), CONTENT);
        Files.write(folder.resolve("served/a b ü%"), CONTENT);
        Files.createFile(folder.resolve("served/empty"));
        Files.writeString(folder.resolve("secret"), "secret");
        Files.createDirectory(folder.resolve("outside"));
        Files.writeString(folder.resolve("outside/secret"), "secret");
        Files.createSymbolicLink(folder.resolve("served/link-out"), folder.resolve("secret"));
        Files.createSymbolicLink(folder.resolve("served/folder-out"), folder.resolve("outside"));
        Files.createSymbolicLink(folder.resolve("served/link-in"), Path.of("sub/x"));
        Files.createSymbolicLink(folder.resolve("served/link-to-nothing"), Path.of("absent"));
        source = new FolderSource(folder.resolve("served"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sub/x", "link-in", "a b ü%"})
    void servesFilesBelowTheFolder(String id) throws IOException {
        try (ServedFile file = source.open(new OpenRequest(id, null, 0, -1, null))) {
            assertEquals(CONTENT.length, file.info().sizeBytes());
            assertArrayEquals(CONTENT, TestBytes.readAll(file));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 10, 10", "99999, -1, 1", "100000, -1, 0", "50000, 999999, 50000", "7, 0, 0"})
    void servesTheRangeThatIsAskedFor(int offset, long length, int expected) throws IOException {
        try (ServedFile file = source.open(new OpenRequest("sub/x", null, offset, length, null))) {
            assertArrayEquals(Arrays.copyOfRange(CONTENT, offset, offset + expected), TestBytes.readAll(file));
        }
    }

    @Test
    void servesAnEmptyFile() throws IOException {
        try (ServedFile file = source.open(new OpenRequest("empty", null, 0, -1, null))) {
            assertEquals(0, file.info().sizeBytes());
            assertEquals(0, TestBytes.readAll(file).length);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".",
                "..",
                "../secret",
                "sub/../../secret",
                "sub/../sub/x",
                "%2e%2e/secret",
                "..%2fsecret",
                "sub%2Fx",
                "/etc/passwd",
                "..\\secret",
                "sub\\x",
                "sub//x",
                "sub/x/",
                "sub/x\u0000",
                "sub\nx",
                "link-out",
                "folder-out/secret",
                "link-to-nothing",
                "sub",
                "absent",
                "sub/x/y"
            })
    void knowsNothingElse(String id) {
        RequestFailedException refusal =
                assertThrows(RequestFailedException.class, () -> source.open(new OpenRequest(id, null, 0, -1, null)));
        assertEquals(FailureKind.NOT_FOUND, refusal.kind());
    }

    @Test
    void namesLongerThanTheDiskTakesAreNotFound() {
        RequestFailedException refusal = assertThrows(
                RequestFailedException.class, () -> source.open(new OpenRequest("x".repeat(4_000), null, 0, -1, null)));
        assertEquals(FailureKind.NOT_FOUND, refusal.kind());
    }

    @Test
    void refusesAnOffsetBehindTheEnd() {
        RequestFailedException refusal = assertThrows(
                RequestFailedException.class,
                () -> source.open(new OpenRequest("sub/x", null, CONTENT.length + 1, -1, null)));
        assertEquals(FailureKind.BAD_REQUEST, refusal.kind());
    }

    @Test
    void aChangedFileHasAnotherValidatorAndIsNotContinued() throws IOException {
        String before = validator();
        Files.write(folder.resolve("served/sub/x"), TestBytes.random(100_001, 2));

        assertNotEquals(before, validator());
        RequestFailedException refusal = assertThrows(
                RequestFailedException.class, () -> source.open(new OpenRequest("sub/x", null, 10, -1, before)));
        assertEquals(FailureKind.CHANGED, refusal.kind());
    }

    @Test
    void aFileThatShrinksWhileItIsReadHasChanged() throws IOException {
        try (ServedFile file = source.open(new OpenRequest("sub/x", null, 0, -1, null))) {
            Files.write(folder.resolve("served/sub/x"), new byte[10]);
            RequestFailedException failure = assertThrows(RequestFailedException.class, () -> TestBytes.readAll(file));
            assertEquals(FailureKind.CHANGED, failure.kind());
        }
    }

    /** Of the same length: only its time tells that its bytes are of two versions. */
    @Test
    void aFileThatIsRewrittenWhileItIsReadHasChanged() throws IOException {
        try (ServedFile file = source.open(new OpenRequest("sub/x", null, 0, -1, null))) {
            ByteBuffer all = ByteBuffer.allocate(CONTENT.length);
            file.read(all.limit(10));
            Files.setLastModifiedTime(folder.resolve("served/sub/x"), FileTime.fromMillis(1_000));

            RequestFailedException failure =
                    assertThrows(RequestFailedException.class, () -> file.read(all.limit(CONTENT.length)));
            assertEquals(FailureKind.CHANGED, failure.kind());
        }
    }

    @Test
    void wantsAFolder() {
        assertThrows(IOException.class, () -> new FolderSource(folder.resolve("secret")));
        assertThrows(IOException.class, () -> new FolderSource(folder.resolve("absent")));
    }

    private String validator() throws IOException {
        try (ServedFile file = source.open(new OpenRequest("sub/x", null, 0, -1, null))) {
            return file.info().validator();
        }
    }
}
