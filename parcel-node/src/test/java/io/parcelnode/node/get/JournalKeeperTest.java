package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class JournalKeeperTest {
    private static final ObjectIdentity IDENTITY = new ObjectIdentity(1_000, "v", null, null);

    @TempDir
    Path folder;

    @Test
    void writesEveryPieceInTheOrderTheyCame() throws Exception {
        Path target = folder.resolve("x");
        List<Piece> pieces = new ArrayList<>();
        try (PartFile part = PartFile.create(target);
                Journal journal = Journal.create(PartFile.journalOf(target), "x", "x", IDENTITY)) {
            part.write(ByteBuffer.allocate(1_000), 0);
            JournalKeeper keeper = new JournalKeeper(part, journal, 2);
            for (int i = 0; i < 100; i++) {
                pieces.add(new Piece(i * 10L, 10, i));
                keeper.add(pieces.get(i));
            }
            keeper.close();
        }
        assertEquals(
                pieces,
                new ArrayList<>(JournalContent.read(PartFile.journalOf(target)).pieces()));
    }

    /** Data that may not be on the disk is never journaled, and nobody waits for a keeper that has failed. */
    @Test
    void aDiskThatFailsIsToldToEveryStream() throws Exception {
        Path target = folder.resolve("x");
        PartFile part = PartFile.create(target);
        try (Journal journal = Journal.create(PartFile.journalOf(target), "x", "x", IDENTITY)) {
            JournalKeeper keeper = new JournalKeeper(part, journal, 1);
            part.close(); // Forcing it fails from now on.
            assertThrows(LocalDiskException.class, () -> {
                for (int i = 0; i < 10; i++) {
                    keeper.add(new Piece(i, 1, i));
                }
            });
            assertThrows(LocalDiskException.class, keeper::requireWorking);
            keeper.close();
        }
        assertEquals(
                List.of(),
                new ArrayList<>(JournalContent.read(PartFile.journalOf(target)).pieces()));
    }
}
