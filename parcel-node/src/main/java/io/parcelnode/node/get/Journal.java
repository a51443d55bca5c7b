package io.parcelnode.node.get;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What is known of the bytes in a part file, beside it in {@code NAME.part.journal}. Records are only ever appended,
 * each with a checksum over itself and the journal's own random number: whatever a power cut leaves of the file, what
 * can be read of it is true. {@link JournalContent} reads it. Not thread-safe.
 *
 * <pre>
 *  byte 0   type: 1 header, 2 owner, 3 piece
 *  byte 1   length of the body (32 bits)
 *  byte 5   body
 *  then     CRC-32C (32 bits) of the journal's number (64 bits), type, length and body
 * </pre>
 *
 * <p>The header, which comes first, holds the journal's number (64 bits), the name of the file, its id, its size (64
 * bits) and validator, MD5 and SHA-256 as the endpoint tells them; an owner record says who writes; a piece record
 * has the piece's start (64 bits), length (32 bits) and checksum (64 bits).
 */
final class Journal implements Closeable {
    static final String SUFFIX = ".part.journal";
    static final int HEADER = 1;
    static final int OWNER = 2;
    static final int PIECE = 3;

    private final Path path;
    private final FileChannel channel;
    private final long number;

    private Journal(Path path, FileChannel channel, long number) {
        this.path = path;
        this.channel = channel;
        this.number = number;
    }

    /** A new journal in place of whatever was there. */
    static Journal create(Path path, String fileName, String id, ObjectIdentity identity) throws LocalDiskException {
        Journal journal = null;
        try {
            FileChannel channel = FileChannel.open(
                    path,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    LinkOption.NOFOLLOW_LINKS);
            journal = new Journal(path, channel, new SecureRandom().nextLong());
            journal.append(HEADER, header(journal.number, fileName, id, identity));
            journal.appendOwner();
            channel.force(true);
            return journal;
        } catch (IOException e) {
            if (journal != null) {
                journal.deleteQuietly();
            }
            throw new LocalDiskException("create", path, e);
        }
    }

    /** Goes on behind the last whole record. */
    static Journal goOn(JournalContent content) throws LocalDiskException {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(content.path(), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            channel.truncate(content.validBytes()).position(content.validBytes());
            Journal journal = new Journal(content.path(), channel, content.number());
            journal.appendOwner();
            return journal;
        } catch (IOException e) {
            PartFile.closeQuietly(channel);
            throw new LocalDiskException("continue", content.path(), e);
        }
    }

    /** The pieces' bytes have to be on the disk already. */
    void append(List<Piece> pieces) throws LocalDiskException {
        try {
            ByteArrayOutputStream records = new ByteArrayOutputStream();
            for (Piece piece : pieces) {
                byte[] body = ByteBuffer.allocate(20)
                        .putLong(piece.startBytes())
                        .putInt(piece.lengthBytes())
                        .putLong(piece.checksum())
                        .array();
                records.writeBytes(record(PIECE, body));
            }
            write(records.toByteArray());
        } catch (IOException e) {
            throw new LocalDiskException("write", path, e);
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
        close();
    }

    /** Where something else is to be reported, or nothing. */
    void deleteQuietly() {
        try {
            delete();
        } catch (IOException e) {
            PartFile.closeQuietly(channel);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    static int checksum(long number, int type, byte[] body) {
        CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(13)
                .putLong(number)
                .put((byte) type)
                .putInt(body.length)
                .flip());
        checksum.update(body);
        return (int) checksum.getValue();
    }

    private void appendOwner() throws IOException {
        String owner = "process " + ProcessHandle.current().pid();
        append(OWNER, body(out -> out.writeUTF(owner)));
    }

    private void append(int type, byte[] body) throws IOException {
        write(record(type, body));
    }

    private byte[] record(int type, byte[] body) {
        return ByteBuffer.allocate(9 + body.length)
                .put((byte) type)
                .putInt(body.length)
                .put(body)
                .putInt(checksum(number, type, body))
                .array();
    }

    private void write(byte[] records) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(records);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    private static byte[] header(long number, String fileName, String id, ObjectIdentity identity) {
        return body(out -> {
            out.writeLong(number);
            out.writeUTF(fileName);
            out.writeUTF(id);
            out.writeLong(identity.sizeBytes());
            out.writeUTF(identity.validator());
            out.writeUTF(identity.md5Hex() == null ? "" : identity.md5Hex());
            out.writeUTF(identity.sha256Hex() == null ? "" : identity.sha256Hex());
        });
    }

    private interface BodyWriter {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] body(BodyWriter writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writer.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("a journal's record cannot be written to memory", e);
        }
        return bytes.toByteArray();
    }
}
