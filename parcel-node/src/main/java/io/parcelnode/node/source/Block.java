package io.parcelnode.node.source;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import okhttp3.Call;

/**
 * One request's part of an object, filled from its first byte on. All its state is guarded by the lock of
 * {@link SharedContent}; bytes of a chunk never change while somebody may read them.
 */
final class Block {
    /** Whose request it is. */
    final RangedFile owner;

    final Condition changed;
    /** Who reads it, or will. */
    final Set<RangedFile> readers = new HashSet<>();

    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();

    /** First byte that is still held. */
    long startBytes;
    /** First byte that has not come. */
    long filledBytes;
    /** Where it ends, or is meant to. */
    long endBytes;

    /** Where a reader stands that has to wait, or stood last. Read without the lock. */
    volatile long awaitedBytes = -1;

    boolean done;
    IOException failure;
    Call call;

    /**
     * Bytes as they came.
     *
     * @param counted whether memory was reserved for it
     */
    record Chunk(byte[] array, int length, long startBytes, boolean counted) {
        long endBytes() {
            return startBytes + length;
        }
    }

    Block(RangedFile owner, Condition changed, long startBytes, long endBytes) {
        this.owner = owner;
        this.changed = changed;
        this.startBytes = startBytes;
        this.filledBytes = startBytes;
        this.endBytes = endBytes;
    }

    void add(Chunk chunk) {
        chunks.add(chunk);
        filledBytes += chunk.length;
    }

    /** The chunk with the byte at that position, null if there is none. */
    Chunk at(long positionBytes) {
        for (Chunk chunk : chunks) {
            if (positionBytes >= chunk.startBytes && positionBytes < chunk.endBytes()) {
                return chunk;
            }
        }
        return null;
    }

    /** Its oldest chunk if all readers are beyond it, else null. */
    Chunk pollReadByAll() {
        Chunk first = chunks.peek();
        if (first == null || readers.stream().anyMatch(reader -> reader.positionBytes() < first.endBytes())) {
            return null;
        }
        return poll();
    }

    Chunk poll() {
        Chunk first = chunks.poll();
        if (first != null) {
            startBytes = first.endBytes();
        }
        return first;
    }

    /** Memory that its chunks from a position on take. */
    long heldBytes(long positionBytes) {
        long held = 0;
        for (Chunk chunk : chunks) {
            held += chunk.endBytes() > positionBytes ? chunk.array.length : 0;
        }
        return held;
    }

    /** No more will come. */
    void end() {
        endBytes = filledBytes;
        done = true;
        changed.signalAll();
    }
}
