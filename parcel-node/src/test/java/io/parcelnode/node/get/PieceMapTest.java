package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PieceMapTest {
    private static final long MIB = 1 << 20;

    @Test
    void handsOutTheFileFromTheFrontInSlicesForAllStreams() throws Exception {
        PieceMap map = new PieceMap(40 * MIB, 4, List.of());
        List<Long> starts = new ArrayList<>();
        for (Slice slice = map.takeFree(); slice != null; slice = map.takeFree()) {
            starts.add(slice.startBytes / MIB);
        }
        assertEquals(List.of(0L, 10L, 20L, 30L), starts);
    }

    @Test
    void aLargeFileIsNotCutIntoLargeSlices() {
        PieceMap map = new PieceMap(1L << 40, 4, List.of());
        assertEquals(32 * MIB, map.takeFree().endBytes);
        assertEquals(32 * MIB, map.takeFree().startBytes);
    }

    @Test
    void asksOnlyForWhatAnEarlierRunHasNotLeft() {
        List<Piece> here = List.of(
                new Piece(0, 100, 0),
                new Piece(200, 50, 0),
                new Piece(210, 10, 0),
                new Piece(990, 20, 0),
                new Piece(-5, 5, 0),
                new Piece(300, 0, 0));
        PieceMap map = new PieceMap(1_000, 4, here);

        assertEquals(List.of(100L, 200L, 250L, 1_000L), map.freeRanges(), "overlapping and outlying ones are ignored");
        assertEquals(150, map.hereBytes());
    }

    @Test
    void whatAStreamLeavesIsFreeAgain() {
        PieceMap map = new PieceMap(1_000, 4, List.of());
        Slice slice = map.takeFirst(600);
        assertNull(map.takeFirst(600), "the beginning is on its way");
        map.add(new Piece(0, 250, 7));
        map.release(slice, 250);

        assertEquals(List.of(250L, 1_000L), map.freeRanges());
        assertEquals(250, map.hereBytes());
    }

    @Test
    void aDamagedPieceIsFetchedAgainAlone() {
        Piece damaged = new Piece(100, 100, 2);
        PieceMap map = new PieceMap(300, 4, List.of(new Piece(0, 100, 1), damaged, new Piece(200, 100, 3)));
        assertNull(map.takeFree());
        map.forget(damaged);
        map.forget(damaged);

        assertEquals(List.of(100L, 200L), map.freeRanges());
        assertEquals(200, map.hereBytes());
    }

    @Test
    void nothingIsHandedOutWhilePausedNorWhenAllIsVerified() throws Exception {
        PieceMap map = new PieceMap(100, 4, List.of());
        map.pause();
        assertNull(map.take());
        map.goOn();
        assertNotNull(map.take());
        map.onVerified(100);
        assertNull(map.take());
    }

    /** Whatever is taken, added, released and found damaged: each byte is free, on its way or here, and once only. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void losesAndDoublesNoByte(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long size = random.nextLong(1, 100 * MIB);
        PieceMap map = new PieceMap(size, 4, List.of());
        List<Slice> taken = new ArrayList<>();
        List<Piece> here = new ArrayList<>();
        for (int step = 0; step < 2_000; step++) {
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    Slice slice = map.takeFree();
                    if (slice != null) {
                        taken.add(slice);
                    }
                }
                case 2 -> {
                    if (!taken.isEmpty()) {
                        Slice slice = taken.remove(random.nextInt(taken.size()));
                        long length = random.nextLong(slice.endBytes - slice.startBytes + 1);
                        int pieceLength = (int) Math.min(length, PieceMap.PIECE_BYTES);
                        if (pieceLength > 0) {
                            here.add(new Piece(slice.startBytes, pieceLength, step));
                            map.add(here.get(here.size() - 1));
                        }
                        map.release(slice, slice.startBytes + pieceLength);
                    }
                }
                default -> {
                    if (!here.isEmpty()) {
                        map.forget(here.remove(random.nextInt(here.size())));
                    }
                }
            }
            checkTiling(map, taken, here, size, "seed " + seed + ", step " + step);
        }
    }

    private static void checkTiling(PieceMap map, List<Slice> taken, List<Piece> here, long size, String where) {
        List<long[]> all = new ArrayList<>();
        taken.forEach(slice -> all.add(new long[] {slice.startBytes, slice.endBytes}));
        here.forEach(piece -> all.add(new long[] {piece.startBytes(), piece.endBytes()}));
        List<Long> free = map.freeRanges();
        for (int i = 0; i < free.size(); i += 2) {
            all.add(new long[] {free.get(i), free.get(i + 1)});
        }
        all.sort((one, other) -> Long.compare(one[0], other[0]));
        long at = 0;
        for (long[] range : all) {
            assertEquals(at, range[0], where);
            assertTrue(range[1] > range[0], where);
            at = range[1];
        }
        assertEquals(size, at, where);
    }
}
