package io.parcelnode.node.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * One file of the spool. One thread appends, another reads what has been appended; where they meet is {@link Spool}'s
 * affair.
 */
final class Segment implements Closeable {
    /** Entries read at once have about as much together at most. */
    private static final int READ_BYTES_MAX = 2 << 20;

    private final Path path;
    private final FileChannel file;

    /** Whole entries end here. */
    private long endPosition;

    private long entries;
    private long readPosition;
    private long readEntries;

    private Segment(Path path, FileChannel file) {
        this.path = path;
        this.file = file;
    }

    static Segment create(Path path) throws IOException {
        FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
        try {
            PrivateFiles.restrict(path, "rw-------");
            return new Segment(path, file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** One that a dead server has left. */
    static Segment reopen(Path path) throws IOException {
        Segment segment = new Segment(path, FileChannel.open(path, StandardOpenOption.READ));
        segment.endPosition = segment.file.size();
        segment.entries = segment.countEntries();
        return segment;
    }

    /** After a failure nothing has been appended, whatever is on the disk. */
    void append(ByteBuffer frames) throws IOException {
        long position = endPosition();
        while (frames.hasRemaining()) {
            position += file.write(frames, position);
        }
    }

    synchronized void onAppended(long bytes, int count) {
        endPosition += bytes;
        entries += count;
    }

    void force() throws IOException {
        file.force(false);
    }

    /** Entries from the reader's position on. */
    List<byte[]> read(int entriesMax, Spool.Damage damage) throws IOException {
        List<byte[]> read = new ArrayList<>();
        long end = endPosition();
        long begin = readPosition();
        long position = begin;
        SpoolWindow window = new SpoolWindow(file, end);
        while (read.size() < entriesMax && position - begin < READ_BYTES_MAX) {
            try {
                SpoolFrames.Frame frame = SpoolFrames.read(window, position, end);
                if (frame == null) {
                    position = end; // Torn: whoever wrote it was killed while it did.
                    break;
                }
                read.add(frame.entry());
                position = frame.nextPosition();
            } catch (SpoolFrames.DamagedException e) {
                damage.found(path);
                position = Math.min(end, e.nextPosition());
            }
            if (position >= end) {
                break;
            }
        }
        onRead(position, read.size());
        return read;
    }

    synchronized long endPosition() {
        return endPosition;
    }

    synchronized boolean isRead() {
        return readPosition >= endPosition;
    }

    synchronized long unreadEntries() {
        return Math.max(0, entries - readEntries);
    }

    synchronized long unreadBytes() {
        return endPosition - readPosition;
    }

    synchronized void rewind(long position, long count) {
        readPosition = position;
        readEntries = count;
    }

    synchronized long readPosition() {
        return readPosition;
    }

    synchronized long readEntries() {
        return readEntries;
    }

    void delete() throws IOException {
        file.close();
        Files.deleteIfExists(path);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private synchronized void onRead(long position, int count) {
        readPosition = position;
        readEntries += count;
    }

    private long countEntries() throws IOException {
        long count = 0;
        long position = 0;
        SpoolWindow window = new SpoolWindow(file, endPosition);
        while (position < endPosition) {
            try {
                SpoolFrames.Frame frame = SpoolFrames.read(window, position, endPosition);
                if (frame == null) {
                    break;
                }
                count++;
                position = frame.nextPosition();
            } catch (SpoolFrames.DamagedException e) {
                position = e.nextPosition();
            }
        }
        return count;
    }
}
