package io.parcelnode.node.source;

import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.RequestFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import okhttp3.Response;

/** Fills blocks from range requests, each on a thread that {@link RequestGate} has given its place. Thread-safe. */
final class BlockFetch {
    /**
     * A request whose readers have no room for more is given up after this: it would keep a place at the endpoint, and
     * what is missing is asked for again when there is room.
     */
    private static final long STALL_MAX_NS = TimeUnit.SECONDS.toNanos(2);
    /** What a reader gets that finds no memory left: enough to move on with. */
    private static final int MEAGRE_BYTES = 16 << 10;

    private final Endpoint endpoint;
    private final RequestGate gate;
    private final EndpointPause pause;
    private final SharedContent content;
    private final EndpointListener listener;

    BlockFetch(
            Endpoint endpoint,
            RequestGate gate,
            EndpointPause pause,
            SharedContent content,
            EndpointListener listener) {
        this.endpoint = endpoint;
        this.gate = gate;
        this.pause = pause;
        this.content = content;
        this.listener = listener;
    }

    /** Does so in its turn. */
    void start(Block block) {
        gate.submit(block.owner.client(), () -> fill(block, null, () -> {}));
    }

    /**
     * Fills the block, from an answer that is there already unless it is null.
     *
     * @param onFirst runs as soon as a reader would find something, or is needed for going on
     */
    void fill(Block block, Response open, Runnable onFirst) {
        IOException failure = null;
        try {
            fillPatiently(block, open, onFirst);
        } catch (IOException e) {
            failure = e;
        } catch (Exception e) {
            // The HTTP library is Kotlin: it throws InterruptedException without saying so.
            failure = new RequestFailedException(FailureKind.INTERNAL, 0, "reading the endpoint failed: " + e);
        }
        onOver(block, failure);
        onFirst.run();
    }

    private void onOver(Block block, IOException failure) {
        content.lock.lock();
        try {
            RemoteObject object = block.owner.object();
            block.failure = failure;
            if (failure != null || block.filledBytes == block.startBytes) {
                object.blocks.remove(block.startBytes, block);
            }
            if (failure instanceof RequestFailedException refused && refused.kind() == FailureKind.CHANGED) {
                content.forget(object);
            }
            block.end();
            block.readers.forEach(reader -> reader.onEnded(block));
            if (block.readers.isEmpty()) {
                content.retire(object, block);
            }
            block.owner.onFetched();
        } finally {
            content.lock.unlock();
        }
    }

    private void fillPatiently(Block block, Response open, Runnable onFirst) throws IOException {
        Retry retry = new Retry(pause);
        Response response = open;
        boolean more = true;
        while (more) {
            try {
                if (response == null) {
                    if (!isWanted(block)) {
                        return;
                    }
                    response = ask(block);
                }
                more = copy(block, response, retry, onFirst);
            } catch (RequestFailedException e) {
                throw e;
            } catch (IOException e) {
                if (!isWanted(block)) {
                    return;
                }
                onFirst.run();
                retry.onFailure(Retry.broken(e));
            } finally {
                if (response != null) {
                    response.close();
                    response = null;
                }
            }
        }
    }

    private boolean isWanted(Block block) {
        content.lock.lock();
        try {
            return !block.readers.isEmpty();
        } finally {
            content.lock.unlock();
        }
    }

    private Response ask(Block block) throws IOException {
        RangedFile owner = block.owner;
        long fromBytes = block.filledBytes; // Only this thread changes it.
        Response response =
                endpoint.get(owner.asker(), fromBytes, block.endBytes - 1, call -> owner.onCall(block, call));
        Reply reply = Reply.of(response);
        boolean same = reply.sizeBytes() == owner.info().sizeBytes()
                && reply.validator().equals(owner.info().validator());
        if (!same || reply.status() != 206 || reply.startBytes() != fromBytes) {
            response.close();
            throw new RequestFailedException(
                    same ? FailureKind.UPSTREAM : FailureKind.CHANGED,
                    reply.status(),
                    same
                            ? "the endpoint answered with another range than asked for"
                            : "the file has changed at the endpoint while it was read");
        }
        content.lock.lock();
        try {
            owner.onGranted();
        } finally {
            content.lock.unlock();
        }
        return response;
    }

    /** Returns whether the rest of the block has to be asked for again. */
    private boolean copy(Block block, Response response, Retry retry, Runnable onFirst) throws IOException {
        InputStream body = response.body().byteStream();
        while (true) {
            Room room = awaitRoom(block, onFirst);
            if (room == null) {
                return false;
            }
            int length = 0;
            IOException broken = null;
            try {
                // Memory is counted in whole chunks, so they go on their way full unless a reader waits for these.
                do {
                    int more = body.read(room.array, length, room.wantedBytes - length);
                    if (more < 0) {
                        throw new EndpointException("the endpoint ended its answer early", response.code(), null);
                    }
                    length += more;
                } while (length < room.wantedBytes && !(isAwaited(block) && body.available() == 0));
            } catch (IOException e) {
                broken = e;
            }
            if (length > 0) {
                // Before a reader can have it: whoever has read a file finds all of its bytes counted.
                listener.onUpstreamBytes(length);
            }
            append(block, new Block.Chunk(room.array, length, block.filledBytes, room.counted));
            if (length > 0) {
                retry.onProgress();
                onFirst.run();
            }
            if (broken != null) {
                throw broken;
            }
        }
    }

    /** Asked for every few kilobytes, so without the lock; only this thread moves what has come. */
    private static boolean isAwaited(Block block) {
        return block.awaitedBytes == block.filledBytes;
    }

    private void append(Block block, Block.Chunk chunk) {
        content.lock.lock();
        try {
            if (chunk.length() == 0 || block.readers.isEmpty()) {
                content.giveChunk(chunk);
                return;
            }
            block.add(chunk);
            block.changed.signalAll();
        } finally {
            content.lock.unlock();
        }
    }

    /** Where the next bytes go. */
    private record Room(byte[] array, int wantedBytes, boolean counted) {}

    /**
     * Before memory is taken rather than after: a transfer whose reader has no credit holds no more than it may.
     *
     * @return null when the block is full, nobody wants more of it, or nobody has had room for a while
     */
    private Room awaitRoom(Block block, Runnable onFirst) throws IOException {
        long leftNs = STALL_MAX_NS;
        boolean told = false;
        while (true) {
            content.lock.lock();
            try {
                if (block.readers.isEmpty() || block.filledBytes == block.endBytes || leftNs <= 0) {
                    return null;
                }
                Room room = roomLocked(block);
                if (room != null) {
                    return room;
                }
                if (told) {
                    leftNs = block.changed.awaitNanos(leftNs);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for a reader");
            } finally {
                content.lock.unlock();
            }
            if (!told) {
                onFirst.run(); // Without the reader there will be no room.
                told = true;
            }
        }
    }

    private Room roomLocked(Block block) {
        boolean awaited = block.readers.stream().anyMatch(reader -> reader.waitsAt(block.filledBytes));
        int wantedBytes = (int) Math.min(ChunkPool.CHUNK_BYTES, block.endBytes - block.filledBytes);
        long toBytes = block.filledBytes + wantedBytes;
        boolean ahead = block.readers.stream().anyMatch(reader -> toBytes <= reader.aheadLimitBytes());
        if (!awaited && !ahead) {
            return null;
        }
        byte[] array = content.takeChunk(wantedBytes);
        if (array == null) {
            content.trim(block.owner.object(), block);
            array = content.takeChunk(wantedBytes);
        }
        if (array != null) {
            return new Room(array, wantedBytes, true);
        }
        return awaited ? meagreLocked(block, wantedBytes) : null;
    }

    /** Memory is out: a reader that waits gets some bytes in any case, if it is alone and holds none such. */
    private Room meagreLocked(Block block, int wantedBytes) {
        if (block.readers.size() > 1) {
            block.readers.stream()
                    .filter(reader -> reader.waitsAt(block.filledBytes))
                    .findFirst()
                    .ifPresent(reader -> reader.avoid(block));
            return null;
        }
        int bytes = Math.min(MEAGRE_BYTES, wantedBytes);
        return new Room(new byte[bytes], bytes, false);
    }
}
