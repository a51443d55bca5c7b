package io.parcelnode.node.get;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What can be read of a journal: everything before the first record that is not whole.
 *
 * @param fileName name of the file that the part becomes
 * @param owner who wrote last, for people
 * @param validBytes where the last whole record ends
 */
record JournalContent(
        Path path,
        long number,
        String fileName,
        String id,
        ObjectIdentity identity,
        String owner,
        Collection<Piece> pieces,
        long validBytes) {
    /** More than a file of 16 TiB has. */
    private static final long LENGTH_MAX_BYTES = 256L << 20;

    private static final int FRAME_BYTES = 9;

    /** Null if it does not exist, or not even its header can be read: then nothing is known of the part. */
    static JournalContent read(Path path) throws IOException {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.size(path) > LENGTH_MAX_BYTES) {
            return null;
        }
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path));
        byte[] header = body(file, Journal.HEADER);
        if (header == null || header.length < Long.BYTES) {
            return null;
        }
        long number = ByteBuffer.wrap(header).getLong();
        if (!isWhole(file, number, Journal.HEADER, header)) {
            return null;
        }
        String owner = "";
        // A piece that was fetched again stands there twice; the later record is the true one.
        Map<Long, Piece> pieces = new LinkedHashMap<>();
        int validBytes = file.position();
        while (file.hasRemaining()) {
            int type = file.get(file.position());
            byte[] body = body(file, type);
            if (body == null || !isWhole(file, number, type, body)) {
                break;
            }
            if (type == Journal.OWNER) {
                owner = new DataInputStream(new ByteArrayInputStream(body)).readUTF();
            } else if (type == Journal.PIECE && body.length == 20) {
                ByteBuffer fields = ByteBuffer.wrap(body);
                Piece piece = new Piece(fields.getLong(), fields.getInt(), fields.getLong());
                pieces.remove(piece.startBytes());
                pieces.put(piece.startBytes(), piece);
            }
            validBytes = file.position();
        }
        return of(path, header, owner, pieces.values(), validBytes);
    }

    Path target() {
        return path.resolveSibling(fileName);
    }

    private static JournalContent of(Path path, byte[] header, String owner, Collection<Piece> pieces, long validBytes)
            throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(header));
        long number = in.readLong();
        String fileName = in.readUTF();
        String id = in.readUTF();
        ObjectIdentity identity = new ObjectIdentity(in.readLong(), in.readUTF(), hex(in), hex(in));
        return new JournalContent(path, number, fileName, id, identity, owner, pieces, validBytes);
    }

    private static String hex(DataInputStream in) throws IOException {
        String text = in.readUTF();
        return text.isEmpty() ? null : text;
    }

    /** The body of the next record, if it has that type and all of it is there; moves on to the checksum. */
    private static byte[] body(ByteBuffer file, int type) {
        if (file.remaining() < FRAME_BYTES || file.get(file.position()) != type) {
            return null;
        }
        int length = file.getInt(file.position() + 1);
        if (length < 0 || length > file.remaining() - FRAME_BYTES) {
            return null;
        }
        byte[] body = new byte[length];
        file.position(file.position() + 5).get(body);
        return body;
    }

    private static boolean isWhole(ByteBuffer file, long number, int type, byte[] body) {
        return file.getInt() == Journal.checksum(number, type, body);
    }
}
