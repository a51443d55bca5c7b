package io.parcelnode.node.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;

/**
 * Entries on the disk, on their way to the database: appended by one thread, read by another, and gone once the database
 * has them. Files are read and deleted whole, so after a crash some entries are read a second time.
 */
final class Spool implements Closeable {
    /** A file is finished at that size: what a crash has read again at most. */
    private static final long SEGMENT_BYTES = 4 << 20;

    private final SpoolFolder folder;
    private final long bytesMax;
    private final Damage damage;
    private final ArrayDeque<Segment> segments = new ArrayDeque<>(); // Guarded by this, oldest first.
    private boolean closed; // Guarded by this.

    // The appending thread's.
    private Segment appending;
    private int segmentNumber;

    // The reading thread's: where its last batch began.
    private Segment reading;
    private long batchPosition;
    private long batchEntries;

    /** Hears of entries that cannot be read. */
    @FunctionalInterface
    interface Damage {
        void found(Path segment);
    }

    /** @param bytesMax that all files may have together */
    Spool(SpoolFolder folder, long bytesMax, Damage damage) throws IOException {
        this.folder = folder;
        this.bytesMax = bytesMax;
        this.damage = damage;
        for (Path left : folder.segmentsLeft()) {
            segments.add(Segment.reopen(left));
        }
    }

    /** All of them or, if it fails, none. */
    void append(List<byte[]> entries) throws IOException {
        ByteBuffer frames = SpoolFrames.write(entries);
        int bytes = frames.remaining();
        long held = heldBytes();
        if (held + bytes > bytesMax) {
            throw new IOException("the spool in " + folder.path() + " has " + held + " of the " + bytesMax
                    + " bytes that it may have");
        }
        if (appending == null || appending.endPosition() >= SEGMENT_BYTES) {
            roll();
        }
        appending.append(frames);
        synchronized (this) {
            appending.onAppended(bytes, entries.size());
            notifyAll();
        }
    }

    /** What has been appended survives a power cut. */
    void force() throws IOException {
        if (appending != null) {
            appending.force();
        }
    }

    /**
     * The next entries, oldest first; none after {@code waitMs} without any, or when closed. Until {@link #forget} the
     * spool still has them.
     */
    List<byte[]> read(int entriesMax, long waitMs) throws IOException {
        reading = awaitUnread(waitMs);
        if (reading == null) {
            return List.of();
        }
        batchPosition = reading.readPosition();
        batchEntries = reading.readEntries();
        return reading.read(entriesMax, damage);
    }

    /** What was read last will be read again. */
    void rewind() {
        if (reading != null) {
            reading.rewind(batchPosition, batchEntries);
        }
    }

    /** Everything read so far is safe elsewhere. */
    void forget() throws IOException {
        reading = null;
        while (true) {
            Segment oldest;
            synchronized (this) {
                oldest = segments.peek();
                // The last one may still grow.
                if (oldest == null || segments.size() == 1 || !oldest.isRead()) {
                    return;
                }
                segments.remove();
            }
            oldest.delete();
        }
    }

    synchronized long unreadEntries() {
        return segments.stream().mapToLong(Segment::unreadEntries).sum();
    }

    synchronized long unreadBytes() {
        return segments.stream().mapToLong(Segment::unreadBytes).sum();
    }

    /** No more waiting for entries that do not come. */
    synchronized void stopWaiting() {
        closed = true;
        notifyAll();
    }

    /** Leaves on the disk what the database does not have. Both threads are done. */
    @Override
    public synchronized void close() throws IOException {
        boolean empty = segments.stream().allMatch(Segment::isRead);
        for (Iterator<Segment> i = segments.iterator(); i.hasNext(); i.remove()) {
            Segment segment = i.next();
            if (segment.isRead()) {
                segment.delete();
            } else {
                segment.close();
            }
        }
        folder.close(empty);
    }

    private void roll() throws IOException {
        if (appending != null) {
            appending.force();
        }
        Segment next = Segment.create(folder.newSegment(segmentNumber++));
        PrivateFiles.forceFolder(folder.path());
        appending = next;
        synchronized (this) {
            segments.add(next);
        }
    }

    private synchronized long heldBytes() {
        return segments.stream().mapToLong(Segment::endPosition).sum();
    }

    private synchronized Segment awaitUnread(long waitMs) {
        long deadlineNs = System.nanoTime() + waitMs * 1_000_000;
        while (true) {
            for (Segment segment : segments) {
                if (!segment.isRead()) {
                    return segment;
                }
            }
            long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
            if (closed || leftMs <= 0) {
                return null;
            }
            try {
                wait(leftMs);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
    }
}
