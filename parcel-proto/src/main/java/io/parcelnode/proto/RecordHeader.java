package io.parcelnode.proto;

/**
 * The five bytes in front of every sealed frame. They look like those of TLS application data, which lets a session over
 * TCP pass middleboxes, and they are sealed as additional data.
 * <pre>
 *  byte 0   23
 *  byte 1   0x0303
 *  byte 3   length of what follows (16 bits)
 * </pre>
 */
final class RecordHeader {
    private static final int TYPE = 23;
    private static final int VERSION = 0x0303;
    private static final int BODY_BYTES_MIN = Limits.FRAME_HEADER_BYTES + Limits.TAG_BYTES;
    private static final int BODY_BYTES_MAX = Limits.PLAIN_BYTES_MAX + Limits.TAG_BYTES;

    private RecordHeader() {}

    static void write(byte[] record, int bodyLength) {
        record[0] = TYPE;
        record[1] = (byte) (VERSION >> 8);
        record[2] = (byte) VERSION;
        record[3] = (byte) (bodyLength >> 8);
        record[4] = (byte) bodyLength;
    }

    /** The length of the record with its header; the caller has checked that the header is there. */
    static int recordLength(byte[] data, int at) throws SessionException {
        int type = data[at] & 0xFF;
        int version = (data[at + 1] & 0xFF) << 8 | data[at + 2] & 0xFF;
        int bodyLength = (data[at + 3] & 0xFF) << 8 | data[at + 4] & 0xFF;
        if (type != TYPE || version != VERSION || bodyLength < BODY_BYTES_MIN || bodyLength > BODY_BYTES_MAX) {
            throw new SessionException(String.format(
                    "a record with type %d, version 0x%04x and %d bytes is no sealed frame (type 23, version 0x0303,"
                            + " %d to %d bytes); the session is closed",
                    type, version, bodyLength, BODY_BYTES_MIN, BODY_BYTES_MAX));
        }
        return Limits.RECORD_HEADER_BYTES + bodyLength;
    }
}
