package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parcelnode.node.testing.Await;
import io.parcelnode.node.testing.TestBytes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class PieceVerifierTest {
    private static final int PIECE_BYTES = 100_000;
    private static final byte[] CONTENT = TestBytes.random(4 * PIECE_BYTES, 1);

    @TempDir
    Path folder;

    /** Row C11: what lies before a gap is read once and never again; when the gap closes, only its end is left to do. */
    @Test
    void readsEachPieceOnceAndWhileOthersAreStillMissing() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        List<Piece> damaged = new ArrayList<>();
        try (PartFile part = PartFile.create(folder.resolve("x"))) {
            PieceMap map = new PieceMap(CONTENT.length, 1, List.of());
            PieceVerifier verifier =
                    new PieceVerifier(part, map, CONTENT.length, true, reads::incrementAndGet, damaged::add);
            add(part, map, 2);
            add(part, map, 1);
            add(part, map, 0);
            Await.until("three pieces are verified", () -> reads.get() == 3);
            add(part, map, 3);

            FileDigests digests = verifier.join();
            assertEquals(4, reads.get(), "a piece is one read");
            assertEquals(TestBytes.sha256Hex(CONTENT), digests.sha256Hex());
            assertEquals(List.of(), damaged);
        }
    }

    private static void add(PartFile part, PieceMap map, int number) throws Exception {
        int from = number * PIECE_BYTES;
        byte[] bytes = Arrays.copyOfRange(CONTENT, from, from + PIECE_BYTES);
        PieceChecksum checksum = new PieceChecksum();
        checksum.update(bytes, 0, bytes.length);
        part.write(ByteBuffer.wrap(bytes), from);
        map.add(new Piece(from, PIECE_BYTES, checksum.value()));
    }
}
