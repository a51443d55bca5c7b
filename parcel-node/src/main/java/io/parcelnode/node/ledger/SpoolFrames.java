package io.parcelnode.node.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * How entries stand in a file of the spool: one after the other, each as
 * <pre>
 *  byte 0   length of the entry
 *  byte 4   CRC-32C of the entry
 *  byte 8   the entry
 * </pre>
 */
final class SpoolFrames {
    static final int HEADER_BYTES = 8;
    /** Longer ones are never written; a length beyond is damage. */
    static final int ENTRY_BYTES_MAX = 1 << 18;

    private SpoolFrames() {}

    /** One entry read back; {@code nextPosition} is where the following one begins. */
    record Frame(byte[] entry, long nextPosition) {}

    static ByteBuffer write(List<byte[]> entries) {
        int bytes =
                entries.stream().mapToInt(entry -> HEADER_BYTES + entry.length).sum();
        ByteBuffer frames = ByteBuffer.allocate(bytes);
        for (byte[] entry : entries) {
            if (entry.length > ENTRY_BYTES_MAX) {
                throw new IllegalArgumentException(
                        "an entry of " + entry.length + " bytes is above " + ENTRY_BYTES_MAX);
            }
            frames.putInt(entry.length).putInt(checksum(entry)).put(entry);
        }
        return frames.flip();
    }

    /**
     * The whole entry at this position, or null if there is none before {@code end}: so does a file end whose writer was
     * killed.
     *
     * @param end where the file that the window shows ends
     * @throws DamagedException if there is something else
     */
    static Frame read(SpoolWindow file, long position, long end) throws IOException {
        ByteBuffer header = file.at(position, HEADER_BYTES);
        if (header == null) {
            return null;
        }
        int length = header.getInt(0);
        int checksum = header.getInt(4);
        if (length == 0 && checksum == 0) {
            return null; // A power cut may leave zeros where a file had grown.
        }
        if (length <= 0 || length > ENTRY_BYTES_MAX) {
            throw new DamagedException(end);
        }
        long next = position + HEADER_BYTES + length;
        ByteBuffer body = file.at(position + HEADER_BYTES, length);
        if (body == null) {
            return null;
        }
        byte[] entry = new byte[length];
        body.get(entry);
        if (checksum(entry) != checksum) {
            throw new DamagedException(next);
        }
        return new Frame(entry, next);
    }

    private static int checksum(byte[] entry) {
        CRC32C crc = new CRC32C();
        crc.update(entry);
        return (int) crc.getValue();
    }

    /** What stands there is no entry. */
    static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1;

        private final long nextPosition;

        DamagedException(long nextPosition) {
            super("an entry is damaged");
            this.nextPosition = nextPosition;
        }

        /** Where it may go on. */
        long nextPosition() {
            return nextPosition;
        }
    }
}
