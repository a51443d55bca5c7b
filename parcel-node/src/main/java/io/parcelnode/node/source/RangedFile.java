package io.parcelnode.node.source;

import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import io.parcelnode.proto.SourceLatency;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import okhttp3.Call;

/**
 * One client's reading of a file that comes in blocks, each by a range request, several at once, handed out in order.
 * A block that another client's request brings, or has brought, is read with it, as long as this client's own token has
 * been accepted lately; else the client asks for itself, and that is the proof anew.
 */
final class RangedFile implements ServedFile {
    private static final long BLOCK_MIN_BYTES = 256 << 10;
    private static final long BLOCKS_AHEAD = 8;

    private final SharedContent content;
    private final EndpointOptions options;
    private final BlockFetch fetch;
    private final EndpointListener listener;
    private final LongSupplier clockNs;
    private final Asker asker;
    private final RemoteObject.Right right;
    private final RemoteObject object;
    private final FileInfo info;
    private final long endBytes;
    private final boolean large;

    // Guarded by the content's lock.
    private final ReadAhead ahead;
    private final ArrayDeque<Block> blocks = new ArrayDeque<>();
    private long positionBytes;
    private long plannedBytes;
    private int fetching;
    /** Has no memory for this reader. */
    private Block avoided;

    private boolean waiting;
    private boolean closed;

    /** Called with the content's lock; {@code object} counts this as its reader already. */
    RangedFile(
            SharedContent content,
            EndpointOptions options,
            BlockFetch fetch,
            EndpointListener listener,
            LongSupplier clockNs,
            OpenRequest request,
            Asker asker,
            RemoteObject.Right right,
            RemoteObject object,
            FileInfo info) {
        this.content = content;
        this.options = options;
        this.fetch = fetch;
        this.listener = listener;
        this.clockNs = clockNs;
        this.asker = asker;
        this.right = right;
        this.object = object;
        this.info = info;
        positionBytes = request.offsetBytes();
        plannedBytes = positionBytes;
        endBytes = Requests.endBytes(request, info.sizeBytes());
        ahead = new ReadAhead(
                clockNs.getAsLong(), object.windowBytes(right), 2L * options.connections() * options.rangeBytes());
        large = endBytes - positionBytes > ChunkPool.CHUNK_BYTES;
        content.onLargeReader(large ? 1 : 0);
    }

    @Override
    public FileInfo info() {
        return info;
    }

    @Override
    public SourceLatency sourceLatency() {
        return asker.latencies().latency();
    }

    Asker asker() {
        return asker;
    }

    String client() {
        return right.client();
    }

    RemoteObject object() {
        return object;
    }

    /** The next byte to hand out. With the content's lock. */
    long positionBytes() {
        return positionBytes;
    }

    /** Whether it stands still for want of that byte. With the content's lock. */
    boolean waitsAt(long bytes) {
        return waiting && positionBytes == bytes;
    }

    /** As far as it may be read ahead now. With the content's lock. */
    long aheadLimitBytes() {
        return positionBytes + windowBytes();
    }

    private long windowBytes() {
        return large ? Math.min(ahead.windowBytes(), content.shareBytes()) : ChunkPool.CHUNK_BYTES;
    }

    /**
     * Takes the answer to its first request, as far as nobody else's request brings the same. With the content's lock.
     *
     * @param answerEndBytes first byte that the answer does not bring
     * @return the block to fill from it, null when it is not needed
     */
    Block begin(long answerEndBytes) {
        Block first = null;
        if (positionBytes < endBytes && object.covering(positionBytes) == null) {
            first = newBlock(
                    positionBytes, Math.min(Math.min(answerEndBytes, endBytes), object.nextStart(positionBytes)), true);
            addLast(first);
        }
        plan();
        return first;
    }

    /** Has blocks fetched, its own or with others, as far ahead as it may. With the content's lock. */
    void plan() {
        while (!closed && plannedBytes < endBytes) {
            Block there = joinable(plannedBytes);
            boolean fits = blocks.isEmpty()
                    || (there != null
                            ? plannedBytes < aheadLimitBytes()
                            : fetching < options.connections()
                                    && Math.min(plannedBytes + blockBytes(), endBytes) <= aheadLimitBytes());
            if (!fits) {
                return;
            }
            addLast(there != null ? there : fetchAt(plannedBytes, endBytes));
        }
    }

    private void addLast(Block block) {
        content.pin(block, this);
        blocks.addLast(block);
        plannedBytes = Math.min(endBytes, block.endBytes);
    }

    /** A request of its own for what is missing before its first block. */
    private void fillGap(Block before) {
        Block there = joinable(positionBytes);
        Block block = there != null ? there : fetchAt(positionBytes, before.startBytes);
        content.pin(block, this);
        blocks.addFirst(block);
    }

    /** What another one's request brings, or has brought; null if nothing does or this client has to ask itself. */
    private Block joinable(long atBytes) {
        boolean mayJoin = object.shared && object.isGranted(right, clockNs.getAsLong(), SharedContent.RIGHT_AGE_MAX_NS);
        Block there = mayJoin ? object.covering(atBytes) : null;
        return there == avoided ? null : there;
    }

    private Block fetchAt(long atBytes, long limitBytes) {
        boolean indexed = object.covering(atBytes) == null;
        long nextBytes = indexed ? object.nextStart(atBytes) : Long.MAX_VALUE;
        Block block = newBlock(atBytes, Math.min(Math.min(atBytes + blockBytes(), limitBytes), nextBytes), indexed);
        content.pin(block, this);
        fetch.start(block);
        return block;
    }

    private Block newBlock(long startBytes, long blockEndBytes, boolean indexed) {
        Block block = new Block(this, content.newCondition(), startBytes, blockEndBytes);
        if (indexed) {
            object.blocks.put(startBytes, block);
        }
        fetching++;
        return block;
    }

    private long blockBytes() {
        long wanted = windowBytes() / BLOCKS_AHEAD;
        return Math.min(options.rangeBytes(), Math.max(Math.min(BLOCK_MIN_BYTES, options.rangeBytes()), wanted));
    }

    /** The endpoint has answered this client. With the content's lock. */
    void onGranted() {
        object.onGranted(right, clockNs.getAsLong());
    }

    /** A block that it reads has come to its end, maybe before it was meant to. With the content's lock. */
    void onEnded(Block block) {
        if (blocks.peekLast() == block) {
            plannedBytes = Math.min(plannedBytes, Math.max(positionBytes, block.endBytes));
        }
    }

    /** A block of its own is over, one way or the other. With the content's lock. */
    void onFetched() {
        fetching--;
        plan();
    }

    @Override
    public void awaitBytes() throws IOException {
        content.lock.lock();
        try {
            awaitChunk();
        } finally {
            content.lock.unlock();
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        Block block;
        Block.Chunk chunk;
        long from;
        content.lock.lock();
        try {
            chunk = awaitChunk();
            if (chunk == null) {
                return -1;
            }
            block = blocks.peek();
            from = positionBytes;
        } finally {
            content.lock.unlock();
        }
        // Nobody drops the chunk meanwhile: it is not behind this reader yet.
        int offset = (int) (from - chunk.startBytes());
        int length = (int) Math.min(Math.min(chunk.length() - offset, target.remaining()), endBytes - from);
        target.put(chunk.array(), offset, length);
        content.lock.lock();
        try {
            onTaken(block, chunk, length);
        } finally {
            content.lock.unlock();
        }
        if (block.owner != this) {
            listener.onSharedBytes(length);
        }
        return length;
    }

    private void onTaken(Block block, Block.Chunk chunk, int length) throws IOException {
        // Were it closed, the chunk might have become another file's while it was copied.
        requireOpen();
        positionBytes += length;
        ahead.onTaken(clockNs.getAsLong(), length);
        if (positionBytes == chunk.endBytes() || positionBytes == endBytes) {
            if (!chunk.counted()) {
                content.trim(object, block);
            }
            if (positionBytes >= block.endBytes || positionBytes == endBytes) {
                leaveFirst();
            }
            plan();
            // There is room for more.
            block.changed.signalAll();
            blocks.forEach(later -> later.changed.signalAll());
        }
    }

    /** Null at the end. With the content's lock. */
    private Block.Chunk awaitChunk() throws IOException {
        while (positionBytes < endBytes) {
            requireOpen();
            Block block = blocks.peek();
            if (block == null) {
                plannedBytes = positionBytes;
                plan();
                continue;
            }
            if (positionBytes < block.startBytes) {
                fillGap(block);
                continue;
            }
            Block.Chunk chunk = block.at(positionBytes);
            if (chunk != null) {
                return chunk;
            }
            if (block.failure != null && block.owner == this) {
                throw block.failure;
            }
            if (block.failure != null || block.done) {
                // Somebody else's request, whose failure is not ours, or one that ended before its time.
                leaveFirst();
            } else {
                await(block);
            }
        }
        return null;
    }

    private void await(Block block) throws IOException {
        waiting = true;
        block.awaitedBytes = positionBytes;
        block.changed.signalAll();
        try {
            block.changed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading " + info.name(), e);
        } finally {
            waiting = false;
        }
    }

    /** It finds no memory together with others, and goes on with requests of its own. With the content's lock. */
    void avoid(Block block) {
        avoided = block;
        leaveAll();
    }

    private void leaveAll() {
        while (!blocks.isEmpty()) {
            leaveFirst();
        }
        plannedBytes = positionBytes;
    }

    private void leaveFirst() {
        Block block = blocks.poll();
        if (content.unpin(object, block, this) && !block.done && block.call != null) {
            block.call.cancel();
        }
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new RequestFailedException(FailureKind.INTERNAL, 0, "the transfer was closed");
        }
    }

    @Override
    public void close() {
        content.lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            Block current = blocks.peek();
            leaveAll();
            if (current != null) {
                current.changed.signalAll();
            }
            content.onLargeReader(large ? -1 : 0);
            object.onWindow(right, ahead.windowBytes());
            content.leave(object, right);
        } finally {
            content.lock.unlock();
        }
    }

    /** In chunks that wait for the reader, and that are being filled. */
    long bufferedBytes() {
        content.lock.lock();
        try {
            return blocks.stream()
                    .mapToLong(block -> block.heldBytes(positionBytes))
                    .sum();
        } finally {
            content.lock.unlock();
        }
    }

    /** Called by the one that fills a block: its call can be cancelled from now on. */
    void onCall(Block block, Call call) {
        content.lock.lock();
        try {
            block.call = call;
            if (block.readers.isEmpty()) {
                call.cancel();
            }
        } finally {
            content.lock.unlock();
        }
    }
}
