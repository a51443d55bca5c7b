package io.parcelnode.node.source;

import io.parcelnode.proto.FileInfo;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Content of the endpoint's files in memory: what is read ahead, and what has been read already and may serve another
 * client that is a little behind. One lock guards it all; every method but {@link #lock} is called with it.
 *
 * <p>The memory is bounded. A reader of a large file may fill a share of it, one alone half, two a third each; what
 * nobody needs any more stays until the memory is needed, and no longer than somebody reads that file.
 */
final class SharedContent {
    /** For so long an answer of the endpoint to a client's token stands for the next ones. */
    static final long RIGHT_AGE_MAX_NS = TimeUnit.SECONDS.toNanos(60);

    /** What stays behind a reader who is alone, for those who come a moment later. More costs more than memory. */
    private static final long BEHIND_ALONE_MAX_BYTES = 16 << 20;

    final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();
    private final ChunkPool pool;
    private final long totalBytes;
    private long freeBytes;
    private int largeReaders;
    private final Map<String, RemoteObject> objects = new HashMap<>();
    /** Ids that are being asked for by somebody who will bring more than an answer. */
    private final Map<String, Object> leaders = new HashMap<>();
    /** Complete, and nobody's next; the first has been so for longest. */
    private final Map<Block, RemoteObject> idle = new LinkedHashMap<>();

    SharedContent(long totalBytes) {
        this.totalBytes = totalBytes;
        freeBytes = totalBytes;
        pool = new ChunkPool(totalBytes / 4);
    }

    Condition newCondition() {
        return lock.newCondition();
    }

    /** What one reader may have ahead of it. */
    long shareBytes() {
        return totalBytes / (1 + Math.max(1, largeReaders));
    }

    /** @return memory for so many bytes, at most a chunk's, or null when there is none */
    byte[] takeChunk(int lengthBytes) {
        while (freeBytes < lengthBytes && !idle.isEmpty()) {
            drop(idle.keySet().iterator().next());
        }
        if (freeBytes < lengthBytes) {
            return null;
        }
        freeBytes -= lengthBytes;
        return pool.take(lengthBytes);
    }

    void giveChunk(Block.Chunk chunk) {
        if (chunk.counted()) {
            freeBytes += chunk.array().length;
            pool.give(chunk.array());
        }
    }

    /** Drops from the block what all its readers have read. */
    void trim(RemoteObject object, Block block) {
        boolean indexed = object.blocks.remove(block.startBytes, block);
        Block.Chunk read;
        while ((read = block.pollReadByAll()) != null) {
            giveChunk(read);
        }
        if (indexed && block.startBytes < block.endBytes) {
            object.blocks.put(block.startBytes, block);
        }
    }

    /** Null if nobody reads the file now. */
    RemoteObject objectOf(String id) {
        return objects.get(id);
    }

    /** The object that a new reader reads: the one that others read, if it is the same. */
    RemoteObject join(String id, FileInfo info, boolean shared, RemoteObject.Right right) {
        RemoteObject known = objects.get(id);
        RemoteObject object = known;
        if (known == null || !known.isSameAs(info) || !shared || !known.shared) {
            object = new RemoteObject(id, info, shared);
            if (shared) {
                objects.put(id, object); // Who reads an older version goes on with that.
            }
        }
        object.onReader(right, 1);
        return object;
    }

    void leave(RemoteObject object, RemoteObject.Right right) {
        object.onReader(right, -1);
        if (!object.isRead()) {
            forget(object);
            for (Block block : Set.copyOf(object.blocks.values())) {
                if (block.done) {
                    idle.remove(block);
                    empty(object, block);
                }
            }
        }
    }

    /** The endpoint has another version now, or a right has ended: nobody new joins. */
    void forget(RemoteObject object) {
        objects.remove(object.id, object);
    }

    void onLargeReader(int change) {
        largeReaders += change;
    }

    void pin(Block block, RangedFile reader) {
        block.readers.add(reader);
        RemoteObject object = idle.remove(block);
        if (object != null) {
            object.idleBytes -= block.heldBytes(0);
        }
    }

    /** @return whether nobody wants the block any more */
    boolean unpin(RemoteObject object, Block block, RangedFile reader) {
        block.readers.remove(reader);
        block.changed.signalAll(); // Who fills it may have nobody to wait for.
        if (block.readers.isEmpty() && block.done) {
            retire(object, block);
        }
        return block.readers.isEmpty();
    }

    /** Complete and unread: it stays while there is memory and company. */
    void retire(RemoteObject object, Block block) {
        boolean useful = object.isRead()
                && object.shared
                && block.failure == null
                && object.blocks.get(block.startBytes) == block;
        if (useful) {
            idle.put(block, object);
            object.idleBytes += block.heldBytes(0);
            if (object.isReadByOneAlone()) {
                dropBehind(object);
            }
        } else {
            empty(object, block);
        }
    }

    private void dropBehind(RemoteObject object) {
        while (object.idleBytes > BEHIND_ALONE_MAX_BYTES) {
            Block oldest = idle.entrySet().stream()
                    .filter(entry -> entry.getValue() == object)
                    .findFirst()
                    .orElseThrow()
                    .getKey();
            drop(oldest);
        }
    }

    private void drop(Block block) {
        RemoteObject object = idle.remove(block);
        object.idleBytes -= block.heldBytes(0);
        empty(object, block);
    }

    private void empty(RemoteObject object, Block block) {
        object.blocks.remove(block.startBytes, block);
        Block.Chunk chunk;
        while ((chunk = block.poll()) != null) {
            giveChunk(chunk);
        }
    }

    // Who asks first.

    /** Whether somebody reads the file or is about to; otherwise the caller becomes the one who is about to. */
    boolean isKnownOrLead(String id, Object leader) {
        return objects.containsKey(id) || leaders.putIfAbsent(id, leader) != null;
    }

    void endLead(String id, Object leader) {
        if (leaders.remove(id, leader)) {
            opened.signalAll();
        }
    }

    /** Waits for the one who has asked first, but not for ever. */
    void awaitLeader(String id, long timeoutNs) throws InterruptedException {
        long leftNs = timeoutNs;
        while (leaders.containsKey(id) && !objects.containsKey(id) && leftNs > 0) {
            leftNs = opened.awaitNanos(leftNs);
        }
    }

    /** For tests and figures: memory that is taken. */
    long takenBytes() {
        return totalBytes - freeBytes;
    }
}
