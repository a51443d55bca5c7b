package io.parcelnode.node.get;

import io.parcelnode.proto.RemoteFile;

/** A stretch of a file that one stream fetches, in order. What may change is guarded by its {@link PieceMap}. */
final class Slice {
    final long startBytes;
    final long askedEndBytes;
    long positionBytes;
    long endBytes;
    long movedNs;
    RemoteFile remote;
    /** Somebody else shall fetch the rest, because nothing has come for too long. */
    boolean cutOff;

    Slice(long startBytes, long endBytes, long nowNs) {
        this.startBytes = startBytes;
        this.positionBytes = startBytes;
        this.askedEndBytes = endBytes;
        this.endBytes = endBytes;
        this.movedNs = nowNs;
    }
}
