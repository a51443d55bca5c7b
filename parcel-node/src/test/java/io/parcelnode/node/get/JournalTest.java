package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final ObjectIdentity IDENTITY =
            new ObjectIdentity(100_000_000, "\"etag\"", "d41d8cd98f00b204e9800998ecf8427e", null);
    private static final List<Piece> PIECES =
            List.of(new Piece(0, 10, 1), new Piece(50, 7, -2), new Piece(10, 40, Long.MIN_VALUE));

    @TempDir
    Path folder;

    @Test
    void tellsWhatWasWritten() throws Exception {
        JournalContent content = JournalContent.read(write());

        assertEquals("x.bam", content.fileName());
        assertEquals("a/id-1", content.id());
        assertEquals(IDENTITY, content.identity());
        assertEquals(PIECES, new ArrayList<>(content.pieces()));
        assertEquals(folder.resolve("x.bam"), content.target());
        assertEquals("process " + ProcessHandle.current().pid(), content.owner());
    }

    /** As a power cut may leave it: what is read is a beginning of what was written, at every length. */
    @Test
    void survivesTheLossOfItsEndWherever() throws Exception {
        Path path = write();
        byte[] whole = Files.readAllBytes(path);
        int known = 0;
        for (int length = 0; length <= whole.length; length++) {
            Files.write(path, java.util.Arrays.copyOf(whole, length));
            JournalContent content = JournalContent.read(path);
            List<Piece> pieces = content == null ? List.of() : new ArrayList<>(content.pieces());
            assertEquals(PIECES.subList(0, pieces.size()), pieces);
            assertTrue(pieces.size() >= known);
            known = pieces.size();
        }
        assertEquals(PIECES.size(), known);
    }

    @Test
    void believesNoRecordThatIsDamaged() throws Exception {
        Path path = write();
        byte[] whole = Files.readAllBytes(path);
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(path, damaged);
            JournalContent content = JournalContent.read(path);
            if (content != null) {
                List<Piece> pieces = new ArrayList<>(content.pieces());
                assertEquals(PIECES.subList(0, pieces.size()), pieces, "byte " + at);
                assertTrue(pieces.size() < PIECES.size(), "byte " + at);
                assertEquals(IDENTITY, content.identity(), "byte " + at);
            }
        }
    }

    @Test
    void goesOnBehindTheLastWholeRecord() throws Exception {
        Path path = write();
        byte[] whole = Files.readAllBytes(path);
        Files.write(path, java.util.Arrays.copyOf(whole, whole.length - 5));
        try (Journal journal = Journal.goOn(JournalContent.read(path))) {
            journal.append(List.of(new Piece(70, 5, 9), new Piece(0, 10, 11)));
        }
        assertEquals(
                List.of(PIECES.get(1), new Piece(70, 5, 9), new Piece(0, 10, 11)),
                new ArrayList<>(JournalContent.read(path).pieces()),
                "the one that was cut off is gone, and a piece that came again counts as it came last");
    }

    /** What lies behind the end of a new journal on the disk may be an older one's. */
    @Test
    void believesNoRecordOfAnotherJournal() throws Exception {
        byte[] older = Files.readAllBytes(write());
        Path path = write();
        byte[] newer = Files.readAllBytes(path);
        int pieces = older.length - 3 * (9 + 20);
        System.arraycopy(older, pieces, newer, pieces, older.length - pieces);
        Files.write(path, newer);

        JournalContent content = JournalContent.read(path);
        assertNotNull(content);
        assertEquals(List.of(), new ArrayList<>(content.pieces()));
    }

    /** Another process may finish a file, and take its journal away, in the middle of this. */
    @Test
    void oneThatCannotBeReadHidesNoOther() throws Exception {
        for (String name : new String[] {"a", "b", "c", "d"}) {
            Path target = folder.resolve(name);
            Files.createFile(PartFile.partOf(target));
            Journal.create(PartFile.journalOf(target), name, "id-" + name, IDENTITY)
                    .close();
            byte[] number = new byte[Long.BYTES];
            ByteBuffer unreadable = ByteBuffer.allocate(17)
                    .put((byte) Journal.HEADER)
                    .putInt(Long.BYTES)
                    .put(number);
            Files.write(
                    folder.resolve("un" + name + Journal.SUFFIX),
                    unreadable
                            .putInt(Journal.checksum(0, Journal.HEADER, number))
                            .array());
        }
        Journals journals = new Journals(folder);
        for (String name : new String[] {"a", "b", "c", "d"}) {
            assertNotNull(journals.find("id-" + name), name);
        }
    }

    @Test
    void nothingIsKnownWithoutOne() throws Exception {
        assertNull(JournalContent.read(folder.resolve("absent")));
        assertNull(JournalContent.read(Files.createDirectory(folder.resolve("folder"))));
        assertNull(JournalContent.read(Files.write(folder.resolve("zeros"), new byte[1_000])));
    }

    private Path write() throws Exception {
        Path path = folder.resolve("x.bam.part.journal");
        try (Journal journal = Journal.create(path, "x.bam", "a/id-1", IDENTITY)) {
            journal.append(PIECES.subList(0, 2));
            journal.append(PIECES.subList(2, 3));
        }
        return path;
    }
}
