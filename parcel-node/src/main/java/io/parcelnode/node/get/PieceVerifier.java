package io.parcelnode.node.get;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Follows a download from the file's first byte to its last: reads each piece back, compares it with its checksum, and
 * takes it into the digests of the whole file. So what the digests speak of is what is in the file, pieces that came out
 * of order or in an earlier run need no pass of their own at the end, and a piece that was damaged meanwhile is found
 * and fetched again. What has just been written comes from the system's cache, not from the disk.
 *
 * <p>An earlier run's pieces are read once, beside the transfer, to find damage. Keeping the digests' state in the
 * journal instead would save only hashing them again; and only Bouncy Castle's digests can be kept, which are eight times
 * slower than the JDK's (SHA-256 at 0.2 GB/s a core instead of 1.6).
 */
final class PieceVerifier {
    private static final int BUFFER_BYTES = 1 << 18;

    private final PartFile part;
    private final PieceMap map;
    private final long sizeBytes;
    private final Runnable onProgress;
    private final Consumer<Piece> onDamaged;
    private final Thread thread;
    private FileDigests digests;
    private volatile LocalDiskException failure;

    PieceVerifier(
            PartFile part,
            PieceMap map,
            long sizeBytes,
            boolean withMd5,
            Runnable onProgress,
            Consumer<Piece> onDamaged) {
        this.part = part;
        this.map = map;
        this.sizeBytes = sizeBytes;
        this.onProgress = onProgress;
        this.onDamaged = onDamaged;
        digests = new FileDigests(withMd5);
        thread = new Thread(this::run, "verify");
        thread.setDaemon(true);
        thread.start();
    }

    void requireWorking() throws LocalDiskException {
        if (failure != null) {
            throw failure;
        }
    }

    /** Waits for the end of the thread, which takes a verified or a closed map. */
    FileDigests join() throws InterruptedException {
        thread.join();
        return digests;
    }

    private void run() {
        try {
            long at = 0;
            Piece piece;
            while (at < sizeBytes && (piece = map.awaitPiece(at)) != null) {
                FileDigests further = digests.copy();
                if (read(piece, further)) {
                    digests = further;
                    at = piece.endBytes();
                    if (at == sizeBytes) {
                        digests.end();
                    }
                    map.onVerified(at);
                } else {
                    onDamaged.accept(piece);
                    map.forget(piece);
                }
            }
        } catch (LocalDiskException e) {
            failure = e;
            map.pause();
        } catch (RuntimeException | Error e) {
            failure = new LocalDiskException("verify", part.target(), new IOException(e.toString(), e));
            map.pause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody does.
        }
    }

    private boolean read(Piece piece, FileDigests further) throws LocalDiskException {
        PieceChecksum checksum = new PieceChecksum();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        for (long at = piece.startBytes(); at < piece.endBytes(); at += buffer.limit()) {
            int length = (int) Math.min(BUFFER_BYTES, piece.endBytes() - at);
            if (part.read(buffer.clear().limit(length), at) < length) {
                return false;
            }
            checksum.update(buffer.array(), 0, length);
            further.update(buffer.array(), 0, length);
            onProgress.run();
        }
        return checksum.value() == piece.checksum();
    }
}
