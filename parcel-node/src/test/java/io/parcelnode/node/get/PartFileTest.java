package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartFileTest {
    @TempDir
    Path folder;

    @Test
    void getsItsNameOnlyWhenFinished() throws Exception {
        Path target = folder.resolve("a/b/x");
        try (PartFile part = PartFile.create(target)) {
            part.write(bytes("world"), 6);
            part.write(bytes("hello "), 0);
            assertEquals(11, part.sizeBytes());
            assertEquals(11, part.settle(11).size());
            assertFalse(Files.exists(target));
            assertTrue(Files.exists(folder.resolve("a/b/x.part")));
            part.finish();
        }
        assertEquals("hello world", Files.readString(target));
        assertFalse(Files.exists(folder.resolve("a/b/x.part")));
    }

    @Test
    void startsEmptyOrWithWhatAnEarlierRunLeft() throws Exception {
        Files.writeString(folder.resolve("x.part"), "something old and longer");
        try (PartFile part = PartFile.open(folder.resolve("x"))) {
            assertEquals(24, part.sizeBytes());
        }
        try (PartFile part = PartFile.create(folder.resolve("x"))) {
            assertEquals(0, part.sizeBytes());
            part.write(bytes("new"), 0);
            part.truncate();
            part.write(bytes("newer"), 0);
            part.settle(5);
            part.finish();
        }
        assertEquals("newer", Files.readString(folder.resolve("x")));
    }

    @Test
    void readsWhatIsThere() throws Exception {
        try (PartFile part = PartFile.create(folder.resolve("x"))) {
            part.write(bytes("0123456789"), 0);
            ByteBuffer target = ByteBuffer.allocate(4);
            assertEquals(4, part.read(target, 2));
            assertArrayEquals(new byte[] {'2', '3', '4', '5'}, target.array());
            assertEquals(1, part.read(target.clear(), 9));
            assertEquals(0, part.read(target.clear(), 10));
        }
    }

    @Test
    void replacesAnOlderFileOnlyAtTheEnd() throws Exception {
        Path target = Files.writeString(folder.resolve("x"), "old");
        try (PartFile part = PartFile.create(target)) {
            part.write(bytes("new"), 0);
            part.settle(3);
            assertEquals("old", Files.readString(target));
            part.finish();
        }
        assertEquals("new", Files.readString(target));
    }

    @Test
    void leavesNothingWhenDiscardedAndThePartWhenClosed() throws Exception {
        PartFile discarded = PartFile.create(folder.resolve("x"));
        discarded.write(bytes("abc"), 0);
        discarded.discard();
        assertFalse(Files.exists(folder.resolve("x.part")));

        PartFile closed = PartFile.create(folder.resolve("y"));
        closed.write(bytes("abc"), 0);
        closed.close();
        assertArrayEquals(new byte[] {'a', 'b', 'c'}, Files.readAllBytes(folder.resolve("y.part")));
        assertFalse(Files.exists(folder.resolve("y")));
    }

    @Test
    void belongsToOneDownloadAtATimeAndTheOtherSaysWhoHasIt() throws Exception {
        ObjectIdentity identity = new ObjectIdentity(4, "v", null, null);
        try (PartFile first = PartFile.create(folder.resolve("x"));
                Journal journal = Journal.create(PartFile.journalOf(folder.resolve("x")), "x", "id", identity)) {
            first.write(bytes("mine"), 0);
            LocalDiskException refusal =
                    assertThrows(LocalDiskException.class, () -> PartFile.create(folder.resolve("x")));
            assertTrue(refusal.getMessage().contains("another download"), refusal.getMessage());
            long pid = ProcessHandle.current().pid();
            assertTrue(refusal.getMessage().contains("process " + pid), refusal.getMessage());
            journal.append(List.of());
            first.settle(4);
            first.finish();
        }
        assertEquals("mine", Files.readString(folder.resolve("x")));
    }

    /** Between opening and locking, the other download may finish, and a third one begin under the name. */
    @Test
    void doesNotTakeTheFileThatAnotherDownloadHasJustFinished() throws Exception {
        Path target = folder.resolve("x");
        Files.writeString(PartFile.partOf(target), "finished");
        Disk slow = (file, options) -> {
            FileChannel channel = FileChannel.open(file, options);
            Files.move(file, target);
            Files.createFile(file);
            return channel;
        };

        assertThrows(LocalDiskException.class, () -> PartFile.create(target, slow));
        assertEquals("finished", Files.readString(target));
    }

    @Test
    void doesNotWriteThroughALinkInItsPlace() throws Exception {
        Path victim = Files.writeString(folder.resolve("victim"), "precious");
        Files.createSymbolicLink(folder.resolve("x.part"), victim);
        Files.createSymbolicLink(folder.resolve("x.part.journal"), victim);

        assertThrows(LocalDiskException.class, () -> PartFile.create(folder.resolve("x")));
        assertThrows(
                LocalDiskException.class,
                () -> Journal.create(
                        folder.resolve("x.part.journal"), "x", "x", new ObjectIdentity(1, "v", null, null)));
        assertEquals("precious", Files.readString(victim));
    }

    @Test
    void aNameThatLeavesNoRoomForTheSuffixIsShortenedOnTheWay() throws Exception {
        for (String name : new String[] {"x".repeat(255), "\u00fc".repeat(126)}) {
            Path target = folder.resolve(name);
            Path like = folder.resolve(name.substring(1) + "y");
            assertFalse(PartFile.partOf(target).equals(PartFile.partOf(like)));
            assertFalse(PartFile.journalOf(target).equals(PartFile.journalOf(like)));
            try (PartFile part = PartFile.create(target)) {
                part.write(bytes("abc"), 0);
                part.settle(3);
                part.finish();
            }
            assertEquals("abc", Files.readString(target));
            assertTrue(
                    PartFile.journalOf(target).getFileName().toString().length() <= 255,
                    PartFile.journalOf(target).toString());
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
