package io.parcelnode.node.get;

import io.parcelnode.proto.RemoteFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which pieces of a file are here, who fetches which of the others, and how far it has been verified. Thread-safe.
 *
 * <p>Slices are handed out from the front, so that what has come lies close behind what is verified. When nothing is
 * left to hand out, an idle stream takes the second half of the largest slice under way; and one that has not moved for
 * long is cut off, so that its rest is asked for anew. The last slice is never slower than all streams together.
 */
final class PieceMap {
    /** What is journaled, and lost at most when a stream breaks off in the middle. */
    static final int PIECE_BYTES = 4 << 20;

    private static final long SLICE_MAX_BYTES = 32 << 20;
    private static final long STEAL_MIN_BYTES = 1 << 20;
    private static final long STALLED_NS = 5_000_000_000L;
    private static final int STALLED_SHIFT_MAX = 5;
    private static final long RECHECK_MS = 250;

    private final long sizeBytes;
    private final int streams;
    // Guarded by this.
    private final TreeMap<Long, Piece> pieces = new TreeMap<>();
    private final TreeMap<Long, Long> free = new TreeMap<>();
    private final Set<Slice> active = new HashSet<>();
    private long hereBytes;
    private long verifiedBytes;
    private int cutOffs;
    private boolean paused;
    private boolean closed;

    /** @param here pieces of an earlier run; those that overlap others or lie outside of the file are ignored */
    PieceMap(long sizeBytes, int streams, Collection<Piece> here) {
        this.sizeBytes = sizeBytes;
        this.streams = streams;
        free.put(0L, sizeBytes);
        for (Piece piece : here) {
            Map.Entry<Long, Long> range = free.floorEntry(piece.startBytes());
            if (piece.lengthBytes() > 0 && range != null && piece.endBytes() <= range.getValue()) {
                cut(range, piece.startBytes(), piece.endBytes());
                put(piece);
            }
        }
    }

    /** Waits for something to fetch; null when all is here and verified, or nothing shall be fetched now. */
    synchronized Slice take() throws InterruptedException {
        while (!paused && !closed && verifiedBytes < sizeBytes) {
            Slice slice = takeFree();
            if (slice == null) {
                slice = steal();
            }
            if (slice != null) {
                return slice;
            }
            cutOffStalled();
            wait(RECHECK_MS);
        }
        return null;
    }

    /** The next slice nobody fetches, null if there is none. */
    synchronized Slice takeFree() {
        Map.Entry<Long, Long> range = free.firstEntry();
        if (range == null || paused || closed) {
            return null;
        }
        long share = (sizeBytes - hereBytes + streams - 1) / streams;
        long length = Math.min(SLICE_MAX_BYTES, Math.max(PIECE_BYTES, share));
        return take(range, length);
    }

    /** The slice at the file's beginning, of at most {@code lengthBytes}; null if that is here or on its way. */
    synchronized Slice takeFirst(long lengthBytes) {
        Map.Entry<Long, Long> range = free.firstEntry();
        return range == null || range.getKey() != 0 ? null : take(range, lengthBytes);
    }

    /** The slice's bytes come from {@code remote}; returns where it ends. */
    synchronized long attach(Slice slice, RemoteFile remote) {
        slice.remote = remote;
        if (paused || closed) {
            remote.close();
        }
        return slice.endBytes;
    }

    /** Returns where the slice ends now: others may have taken from it. */
    synchronized long moved(Slice slice, long positionBytes) {
        slice.positionBytes = positionBytes;
        slice.movedNs = System.nanoTime();
        return slice.endBytes;
    }

    synchronized void add(Piece piece) {
        put(piece);
        notifyAll();
    }

    /** Nobody fetches this slice any more; what lies behind {@code positionBytes} is free again. */
    synchronized void release(Slice slice, long positionBytes) {
        if (active.remove(slice) && positionBytes < slice.endBytes) {
            addFree(positionBytes, slice.endBytes);
        }
        notifyAll();
    }

    synchronized boolean isCutOff(Slice slice) {
        return slice.cutOff;
    }

    /** Waits for the piece that starts there; null when this map is closed. */
    synchronized Piece awaitPiece(long startBytes) throws InterruptedException {
        while (!closed && !pieces.containsKey(startBytes)) {
            wait();
        }
        return closed ? null : pieces.get(startBytes);
    }

    synchronized void onVerified(long endBytes) {
        verifiedBytes = endBytes;
        notifyAll();
    }

    /** The piece is not what came: it has to be fetched again. */
    synchronized void forget(Piece piece) {
        if (pieces.remove(piece.startBytes(), piece)) {
            hereBytes -= piece.lengthBytes();
            addFree(piece.startBytes(), piece.endBytes());
        }
        notifyAll();
    }

    synchronized long hereBytes() {
        return hereBytes;
    }

    /** Ends all fetching, until {@link #goOn}. */
    synchronized void pause() {
        paused = true;
        closeRemotes();
    }

    synchronized void goOn() {
        paused = false;
    }

    synchronized void close() {
        closed = true;
        closeRemotes();
    }

    private void closeRemotes() {
        for (Slice slice : active) {
            if (slice.remote != null) {
                slice.remote.close();
            }
        }
        notifyAll();
    }

    private Slice take(Map.Entry<Long, Long> range, long lengthBytes) {
        long start = range.getKey();
        long end = Math.min(range.getValue(), start + lengthBytes);
        cut(range, start, end);
        Slice slice = new Slice(start, end, System.nanoTime());
        active.add(slice);
        return slice;
    }

    private Slice steal() {
        Slice largest = null;
        for (Slice slice : active) {
            boolean larger = largest == null || left(slice) > left(largest);
            if (slice.remote != null && !slice.cutOff && larger) {
                largest = slice;
            }
        }
        if (largest == null || left(largest) < 2 * STEAL_MIN_BYTES) {
            return null;
        }
        // What the server may have sent already stays with the one it is sent to.
        long start = largest.remote.limitTo(largest.positionBytes + left(largest) / 2);
        if (start >= largest.endBytes) {
            return null;
        }
        Slice stolen = new Slice(start, largest.endBytes, System.nanoTime());
        largest.endBytes = start;
        active.add(stolen);
        return stolen;
    }

    private void cutOffStalled() {
        long patienceNs = STALLED_NS << Math.min(cutOffs, STALLED_SHIFT_MAX);
        for (Slice slice : active) {
            if (slice.remote != null && !slice.cutOff && System.nanoTime() - slice.movedNs > patienceNs) {
                slice.cutOff = true;
                cutOffs++;
                slice.remote.close();
                return;
            }
        }
    }

    private static long left(Slice slice) {
        return slice.endBytes - slice.positionBytes;
    }

    private void put(Piece piece) {
        pieces.put(piece.startBytes(), piece);
        hereBytes += piece.lengthBytes();
    }

    private void cut(Map.Entry<Long, Long> range, long startBytes, long endBytes) {
        free.remove(range.getKey());
        if (range.getKey() < startBytes) {
            free.put(range.getKey(), startBytes);
        }
        if (endBytes < range.getValue()) {
            free.put(endBytes, range.getValue());
        }
    }

    private void addFree(long startBytes, long endBytes) {
        long start = startBytes;
        long end = endBytes;
        Map.Entry<Long, Long> before = free.floorEntry(start);
        if (before != null && before.getValue() == start) {
            start = before.getKey();
        }
        Long after = free.remove(end);
        if (after != null) {
            end = after;
        }
        free.put(start, end);
    }

    /** For tests: the free ranges as pairs. */
    synchronized List<Long> freeRanges() {
        List<Long> ranges = new ArrayList<>();
        free.forEach((start, end) -> {
            ranges.add(start);
            ranges.add(end);
        });
        return ranges;
    }
}
