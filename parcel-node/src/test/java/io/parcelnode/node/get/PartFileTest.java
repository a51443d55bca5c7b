package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartFileTest {
    @TempDir
    Path folder;

    @Test
    void getsItsNameOnlyWhenFinished() throws Exception {
        Path target = folder.resolve("a/b/x");
        try (PartFile part = PartFile.create(target)) {
            part.write(bytes("hello "));
            part.write(bytes("world"));
            assertEquals(11, part.positionBytes());
            assertFalse(Files.exists(target));
            assertTrue(Files.exists(folder.resolve("a/b/x.part")));
            part.finish();
        }
        assertEquals("hello world", Files.readString(target));
        assertFalse(Files.exists(folder.resolve("a/b/x.part")));
    }

    @Test
    void startsEmptyWhateverAnEarlierRunLeft() throws Exception {
        Files.writeString(folder.resolve("x.part"), "something old and longer");
        try (PartFile part = PartFile.create(folder.resolve("x"))) {
            part.write(bytes("new"));
            part.restart();
            part.write(bytes("newer"));
            part.finish();
        }
        assertEquals("newer", Files.readString(folder.resolve("x")));
    }

    @Test
    void replacesAnOlderFileOnlyAtTheEnd() throws Exception {
        Path target = Files.writeString(folder.resolve("x"), "old");
        try (PartFile part = PartFile.create(target)) {
            part.write(bytes("new"));
            assertEquals("old", Files.readString(target));
            part.finish();
        }
        assertEquals("new", Files.readString(target));
    }

    @Test
    void leavesNothingWhenDiscardedAndThePartWhenClosed() throws Exception {
        PartFile discarded = PartFile.create(folder.resolve("x"));
        discarded.write(bytes("abc"));
        discarded.discard();
        assertFalse(Files.exists(folder.resolve("x.part")));

        PartFile closed = PartFile.create(folder.resolve("y"));
        closed.write(bytes("abc"));
        closed.close();
        assertArrayEquals(new byte[] {'a', 'b', 'c'}, Files.readAllBytes(folder.resolve("y.part")));
        assertFalse(Files.exists(folder.resolve("y")));
    }

    @Test
    void belongsToOneDownloadAtATime() throws Exception {
        try (PartFile first = PartFile.create(folder.resolve("x"))) {
            first.write(bytes("mine"));
            LocalDiskException refusal =
                    assertThrows(LocalDiskException.class, () -> PartFile.create(folder.resolve("x")));
            assertTrue(refusal.getMessage().contains("another download"), refusal.getMessage());
            first.finish();
        }
        assertEquals("mine", Files.readString(folder.resolve("x")));
    }

    @Test
    void doesNotWriteThroughALinkInItsPlace() throws Exception {
        Path victim = Files.writeString(folder.resolve("victim"), "precious");
        Files.createSymbolicLink(folder.resolve("x.part"), victim);

        assertThrows(LocalDiskException.class, () -> PartFile.create(folder.resolve("x")));
        assertEquals("precious", Files.readString(victim));
    }

    @Test
    void aNameThatLeavesNoRoomForTheSuffixIsShortenedOnTheWay() throws Exception {
        for (String name : new String[] {"x".repeat(255), "\u00fc".repeat(126)}) {
            Path target = folder.resolve(name);
            Path like = folder.resolve(name.substring(1) + "y");
            assertFalse(PartFile.partOf(target).equals(PartFile.partOf(like)));
            try (PartFile part = PartFile.create(target)) {
                part.write(bytes("abc"));
                part.finish();
            }
            assertEquals("abc", Files.readString(target));
        }
        assertEquals(folder.resolve("x".repeat(250) + ".part"), PartFile.partOf(folder.resolve("x".repeat(250))));
    }

    @Test
    void saysWhatIsInTheWay() throws Exception {
        Files.createDirectory(folder.resolve("x"));
        Files.createFile(folder.resolve("file"));

        LocalDiskException named = assertThrows(LocalDiskException.class, () -> PartFile.create(folder.resolve("x")));
        assertTrue(named.getMessage().contains("a folder has that name"), named.getMessage());
        LocalDiskException below =
                assertThrows(LocalDiskException.class, () -> PartFile.create(folder.resolve("file/x")));
        assertTrue(below.getMessage().contains("not a folder"), below.getMessage());
    }

    @Test
    void saysHowMuchSpaceIsMissing() throws Exception {
        try (PartFile part = PartFile.create(folder.resolve("x"))) {
            LocalDiskException refusal =
                    assertThrows(LocalDiskException.class, () -> part.requireSpace(Long.MAX_VALUE));
            assertTrue(refusal.getMessage().contains("it needs " + Long.MAX_VALUE + " bytes"), refusal.getMessage());
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
