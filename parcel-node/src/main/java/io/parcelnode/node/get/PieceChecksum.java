package io.parcelnode.node.get;

import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Tells whether a piece on the disk is still what came from the network. Two different CRCs, 64 bits together: what
 * they guard against is accidents, and they cost next to nothing. Bytes in transit are authenticated by their records,
 * the whole file by its digests.
 */
final class PieceChecksum {
    private final CRC32 low = new CRC32();
    private final CRC32C high = new CRC32C();

    void update(byte[] bytes, int offset, int length) {
        low.update(bytes, offset, length);
        high.update(bytes, offset, length);
    }

    long value() {
        return high.getValue() << 32 | low.getValue();
    }

    void reset() {
        low.reset();
        high.reset();
    }
}
