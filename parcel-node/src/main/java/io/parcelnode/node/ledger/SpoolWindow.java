package io.parcelnode.node.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads a file of the spool from front to back, many entries with one call of the system. */
final class SpoolWindow {
    /** Room for the longest entry. */
    private static final int BYTES_MAX = 2 * SpoolFrames.ENTRY_BYTES_MAX;

    private final FileChannel file;
    private final long end;
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private long from;

    /** @param end up to where the file is read */
    SpoolWindow(FileChannel file, long end) {
        this.file = file;
        this.end = end;
    }

    /** So many bytes from there on, valid until the next call; null if the file ends before. */
    ByteBuffer at(long position, int count) throws IOException {
        if (end - position < count) {
            return null;
        }
        if (position < from || position + count > from + bytes.limit()) {
            fill(position);
        }
        int offset = (int) (position - from);
        return bytes.limit() - offset < count ? null : bytes.slice(offset, count);
    }

    private void fill(long position) throws IOException {
        int wanted = (int) Math.min(BYTES_MAX, end - position);
        bytes = bytes.capacity() >= wanted ? bytes.clear().limit(wanted) : ByteBuffer.allocate(wanted);
        from = position;
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                break; // Shorter than it was; what is not there is no entry.
            }
        }
        bytes.flip();
    }
}
