package io.parcelnode.node.source;

import io.parcelnode.proto.FileInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * One version of one file at the endpoint, as long as anybody reads it: what has come of it lately, and who has shown
 * that he may read it. Guarded by the lock of {@link SharedContent}.
 */
final class RemoteObject {
    /** More rights are not remembered but asked for again. */
    private static final int RIGHTS_MAX = 4_096;

    final String id;
    final FileInfo info;
    final boolean shared;
    /** By their first byte; they do not overlap. */
    final TreeMap<Long, Block> blocks = new TreeMap<>();

    private final Map<Right, Long> grantedNs = new HashMap<>();
    /** How many readers each of those has who read it. */
    private final Map<Right, Integer> readers = new HashMap<>();

    private final Map<Right, Long> windowsBytes = new HashMap<>();

    /** In blocks that all its readers have read. */
    long idleBytes;

    /** A token in a session of a client; a session is the same only as itself. Never printed. */
    record Right(String client, Object session, String token) {
        @Override
        public String toString() {
            return "Right[client=" + client + "]";
        }
    }

    /** @param shared whether clients may be given what others have asked for */
    RemoteObject(String id, FileInfo info, boolean shared) {
        this.id = id;
        this.info = info;
        this.shared = shared;
    }

    void onReader(Right right, int change) {
        readers.merge(right, change, (before, more) -> before + more == 0 ? null : before + more);
    }

    /** A client that reads a large file in parts goes on with what was right for the part before. */
    void onWindow(Right right, long bytes) {
        windowsBytes.put(right, bytes);
    }

    long windowBytes(Right right) {
        return windowsBytes.getOrDefault(right, ReadAhead.START_BYTES);
    }

    boolean isRead() {
        return !readers.isEmpty();
    }

    /** By several at once it may be read by one client. */
    boolean isReadByOneAlone() {
        return readers.size() == 1;
    }

    boolean isSameAs(FileInfo other) {
        return info.sizeBytes() == other.sizeBytes() && info.validator().equals(other.validator());
    }

    /** The block with that byte in it or on its way, null if there is none. */
    Block covering(long positionBytes) {
        Map.Entry<Long, Block> entry = blocks.floorEntry(positionBytes);
        Block block = entry == null ? null : entry.getValue();
        return block != null && positionBytes < block.endBytes ? block : null;
    }

    /** Where the next block begins. */
    long nextStart(long positionBytes) {
        Long next = blocks.higherKey(positionBytes);
        return next == null ? Long.MAX_VALUE : next;
    }

    /** The endpoint has just answered this client's token. */
    void onGranted(Right right, long nowNs) {
        if (grantedNs.size() >= RIGHTS_MAX) {
            grantedNs.clear();
            windowsBytes.clear();
        }
        grantedNs.put(right, nowNs);
    }

    boolean isGranted(Right right, long nowNs, long ageMaxNs) {
        Long sinceNs = grantedNs.get(right);
        return sinceNs != null && nowNs - sinceNs <= ageMaxNs;
    }
}
