package io.parcelnode.node.get;

/** A stretch of a file that is here, with the checksum of its bytes as they came. */
record Piece(long startBytes, int lengthBytes, long checksum) {
    long endBytes() {
        return startBytes + lengthBytes;
    }
}
