package io.parcelnode.node.get;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.List;

/**
 * A file that comes in pieces, with the journal that lets a later run go on. It outlives connections. {@link #add} and
 * the map are for all streams; the rest for one thread at a time.
 */
final class LargeFile {
    /** Streams that fetch one file side by side. */
    static final int STREAMS = 4;

    /** A disk that does not keep what is written would have us fetch for ever. */
    private static final int DAMAGES_MAX = 64;

    private final PartFile part;
    private final ObjectIdentity identity;
    private final Journal journal;
    private final PieceMap map;
    private JournalKeeper keeper;
    private PieceVerifier verifier;
    private int damagesOfThisRun;
    private final int piecesOfEarlierRuns;

    private LargeFile(PartFile part, ObjectIdentity identity, Journal journal, Collection<Piece> here) {
        this.part = part;
        this.identity = identity;
        this.journal = journal;
        map = new PieceMap(identity.sizeBytes(), STREAMS, here);
        piecesOfEarlierRuns = here.size();
    }

    static LargeFile create(PartFile part, String id, ObjectIdentity identity) throws LocalDiskException {
        // In this order a journal never speaks of another content than its part's.
        Path target = part.target();
        Journal journal =
                Journal.create(PartFile.journalOf(target), target.getFileName().toString(), id, identity);
        try {
            part.truncate();
            part.requireSpace(identity.sizeBytes());
            return new LargeFile(part, identity, journal, List.of());
        } catch (LocalDiskException e) {
            journal.deleteQuietly();
            throw e;
        }
    }

    /** Goes on with what an earlier run has left. */
    static LargeFile resume(JournalContent content, Disk disk) throws LocalDiskException, IOException {
        PartFile part = PartFile.open(content.target(), disk);
        try {
            long partBytes = part.sizeBytes();
            List<Piece> here = content.pieces().stream()
                    .filter(piece -> piece.endBytes() <= partBytes)
                    .toList();
            part.requireSpace(content.identity().sizeBytes() - hereBytes(here));
            return new LargeFile(part, content.identity(), Journal.goOn(content), here);
        } catch (IOException e) {
            part.close();
            throw e;
        }
    }

    Path target() {
        return part.target();
    }

    ObjectIdentity identity() {
        return identity;
    }

    PieceMap map() {
        return map;
    }

    PartFile part() {
        return part;
    }

    /** Begins to verify what is here; does nothing when that is under way. */
    void start(boolean withMd5, Runnable onProgress, DamageListener onDamaged) {
        if (verifier == null) {
            keeper = new JournalKeeper(part, journal, STREAMS);
            verifier = new PieceVerifier(part, map, identity.sizeBytes(), withMd5, onProgress, piece -> {
                damagesOfThisRun++;
                onDamaged.onDamaged(piece);
            });
        }
    }

    /** What an earlier run's piece or one of this run turned out not to be. */
    interface DamageListener {
        void onDamaged(Piece piece);
    }

    /** The piece's bytes have been written. */
    void add(Piece piece) throws LocalDiskException, InterruptedException {
        map.add(piece);
        keeper.add(piece);
    }

    /** Throws what the local disk has done to the threads behind the streams. */
    void requireWorking() throws LocalDiskException {
        keeper.requireWorking();
        verifier.requireWorking();
        if (damagesOfThisRun > DAMAGES_MAX + piecesOfEarlierRuns) {
            throw new LocalDiskException(
                    "the disk does not keep what is written to " + part.target() + "; check it before you try again");
        }
    }

    /** After the map has handed out its last slice. */
    FileDigests digests() throws InterruptedException {
        return verifier.join();
    }

    /** On the disk, so that a record of it may be kept; then {@link #finish} gives it its name. */
    BasicFileAttributes settle() throws IOException, InterruptedException {
        stop();
        return part.settle(identity.sizeBytes());
    }

    void finish() throws IOException {
        part.finish();
        journal.deleteQuietly(); // The file is right and has its name; a journal without a part is cleared away later.
        PartFile.forceFolder(part.target().getParent());
    }

    /** Ends without a result; the next run goes on from here. */
    void abandon() throws IOException, InterruptedException {
        stop();
        if (map.hereBytes() == 0) {
            discard();
        } else {
            journal.close();
            part.close();
        }
    }

    /** Ends without a result and leaves nothing behind. */
    void discard() throws IOException, InterruptedException {
        stop();
        journal.delete();
        part.discard();
    }

    private void stop() throws InterruptedException {
        map.close();
        if (verifier != null) {
            verifier.join();
            keeper.close();
            verifier = null;
            keeper = null;
        }
    }

    private static long hereBytes(List<Piece> pieces) {
        return pieces.stream().mapToLong(Piece::lengthBytes).sum();
    }
}
