package io.parcelnode.proto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads records, opens them in parallel and delivers the frames in order.
 *
 * <p>The mirror of {@link SealedWriter}: one thread reads large pieces and cuts them into records; it and the helpers
 * open them where they lie; whoever opens the frame at the front delivers it and those behind it. One thread delivers
 * at a time, so the sink needs no lock for its order. A sink must not wait for anything.
 */
final class SealedReader {
    /** Takes the opened frames, one after the other. */
    interface Sink {
        /** Returns true to keep the array; it came from the pool and may be given back to it later. */
        boolean onFrame(byte[] plain, int length) throws IOException;
    }

    /** A piece of the stream that records are opened from; not written again before they all are. */
    static final class Chunk {
        final byte[] data;
        int start;
        int limit;
        int recordsPending;
        boolean retired;

        Chunk(int bytes) {
            data = new byte[bytes];
        }
    }

    private static final int CHUNKS_MAX = 3;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final Condition helperWake = lock.newCondition();
    private final ByteChannel channel;
    private final DirectionKeys keys;
    private final SessionThreads threads;
    private final BufferPool pool;
    private final Sink sink;
    private final int chunkBytes;
    private final int inFlightMax;
    private final FrameCipher cipher = new FrameCipher();
    private final ArrayDeque<Chunk> idleChunks = new ArrayDeque<>();

    private int chunksMade;
    private FrameSlot head;
    private FrameSlot tail;
    private FrameSlot unclaimed;
    private FrameSlot freeSlots;
    private int inFlight;
    private int helpersIdle;
    private boolean readerWaiting;
    private boolean delivering;
    private boolean firstTaken;
    private boolean ended;
    private boolean stopped;
    private IOException failure;

    /**
     * @param chunkBytes  size of the pieces that it reads, of which there are three; at least four records
     * @param inFlightMax most frames that are being opened at once
     */
    SealedReader(
            ByteChannel channel,
            DirectionKeys keys,
            SessionThreads threads,
            BufferPool pool,
            int chunkBytes,
            int inFlightMax,
            Sink sink) {
        this.channel = channel;
        this.keys = keys;
        this.threads = threads;
        this.pool = pool;
        this.chunkBytes = chunkBytes;
        this.inFlightMax = inFlightMax;
        this.sink = sink;
    }

    /** The reading thread is the first of the opening threads; the others are started here. */
    void openingThreads(int count) {
        for (int i = 1; i < count; i++) {
            threads.start("opener-" + i, this::runHelper);
        }
    }

    /** For the sink, on the first frame: nothing behind it has been given a key yet. */
    void rekeyBytes(long bytes) {
        lock.lock();
        try {
            keys.rekeyBytes(bytes);
        } finally {
            lock.unlock();
        }
    }

    /** For the sink, on the peer's GOODBYE. */
    void end() {
        lock.lock();
        try {
            ended = true;
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            helperWake.signalAll();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reads until the sink calls {@link #end}.
     *
     * @param leftover bytes that were read behind the TLS handshake
     * @throws SessionException when the stream is truncated or damaged, or the channel fails
     */
    void run(ByteBuffer leftover) throws IOException {
        Chunk chunk = takeChunk();
        chunk.limit = leftover.remaining();
        leftover.get(chunk.data, 0, chunk.limit);
        try {
            while (true) {
                cutRecords(chunk);
                if (openAll(false)) {
                    return;
                }
                chunk = withRoom(chunk);
                int count = read(chunk);
                if (count < 0) {
                    if (openAll(true)) {
                        return;
                    }
                    throw new StreamCutException(
                            "the stream ended without the peer's sealed GOODBYE"
                                    + (chunk.limit > chunk.start ? " and inside a record" : "")
                                    + "; it was cut, and what was being received is incomplete",
                            null);
                }
                chunk.limit += count;
            }
        } finally {
            stop();
        }
    }

    private int read(Chunk chunk) throws IOException {
        try {
            return channel.read(ByteBuffer.wrap(chunk.data, chunk.limit, chunkBytes - chunk.limit));
        } catch (IOException e) {
            lock.lock();
            try {
                if (ended) {
                    return -1;
                }
                if (failure != null) {
                    throw failure;
                }
            } finally {
                lock.unlock();
            }
            throw new StreamCutException(
                    SessionException.connectionFailed("while receiving", e).getMessage(), e);
        }
    }

    /** Queues every whole record of the chunk. */
    private void cutRecords(Chunk chunk) throws IOException {
        byte[] data = chunk.data;
        while (chunk.limit - chunk.start >= Limits.RECORD_HEADER_BYTES) {
            int at = chunk.start;
            int recordLength = RecordHeader.recordLength(data, at);
            if (chunk.limit - at < recordLength) {
                return;
            }
            chunk.start += recordLength;
            enqueue(chunk, at, recordLength);
        }
    }

    private void enqueue(Chunk chunk, int offset, int length) throws IOException {
        lock.lock();
        try {
            while (inFlight >= inFlightMax && !over()) {
                openOneOrWait();
            }
            if (over()) {
                return;
            }
            FrameSlot slot = freeSlots;
            if (slot == null) {
                slot = new FrameSlot();
            } else {
                freeSlots = slot.next;
            }
            slot.next = null;
            slot.done = false;
            slot.record = chunk.data;
            slot.recordOffset = offset;
            slot.recordLength = length;
            slot.chunk = chunk;
            keys.assign(slot, length);
            chunk.recordsPending++;
            inFlight++;
            if (tail == null) {
                head = slot;
            } else {
                tail.next = slot;
            }
            tail = slot;
            if (unclaimed == null) {
                unclaimed = slot;
            }
            if (!firstTaken) {
                // The first frame says when keys change and how many threads open frames: nothing overtakes it.
                firstTaken = true;
                openOne(cipher);
            } else if (helpersIdle > 0 && unclaimed != slot) {
                helperWake.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Helps until no record is unclaimed, or with {@code toTheEnd} until all are delivered; true when ended. */
    private boolean openAll(boolean toTheEnd) throws IOException {
        lock.lock();
        try {
            while (!over() && (unclaimed != null || (toTheEnd && inFlight > 0))) {
                openOneOrWait();
            }
            if (failure != null) {
                throw failure;
            }
            return ended || stopped;
        } finally {
            lock.unlock();
        }
    }

    /** The same chunk while it has room for a whole record, otherwise another that begins with its last bytes. */
    private Chunk withRoom(Chunk chunk) throws IOException {
        lock.lock();
        try {
            int rest = chunk.limit - chunk.start;
            if (chunk.recordsPending == 0) {
                System.arraycopy(chunk.data, chunk.start, chunk.data, 0, rest);
                chunk.start = 0;
                chunk.limit = rest;
                return chunk;
            }
            if (chunkBytes - chunk.start >= 4 * Limits.RECORD_BYTES_MAX) {
                return chunk;
            }
            while (idleChunks.isEmpty() && chunksMade >= CHUNKS_MAX && !over()) {
                openOneOrWait();
            }
            if (failure != null) {
                throw failure;
            }
            Chunk next = over() ? new Chunk(chunkBytes) : takeChunk();
            System.arraycopy(chunk.data, chunk.start, next.data, 0, rest);
            next.start = 0;
            next.limit = rest;
            if (chunk.recordsPending == 0) {
                idleChunks.addFirst(chunk);
            } else {
                chunk.retired = true;
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private Chunk takeChunk() {
        Chunk chunk = idleChunks.pollFirst();
        if (chunk == null) {
            chunksMade++;
            chunk = new Chunk(chunkBytes);
        }
        return chunk;
    }

    private boolean over() {
        return ended || stopped || failure != null;
    }

    private void openOneOrWait() {
        if (unclaimed != null) {
            openOne(cipher);
        } else {
            readerWaiting = true;
            progress.awaitUninterruptibly();
            readerWaiting = false;
        }
    }

    private void runHelper() {
        FrameCipher own = new FrameCipher();
        lock.lock();
        try {
            while (!stopped && failure == null) {
                if (unclaimed == null) {
                    helpersIdle++;
                    helperWake.awaitUninterruptibly();
                    helpersIdle--;
                } else {
                    openOne(own);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Called with the lock, which is released while opening and delivering. */
    private void openOne(FrameCipher own) {
        FrameSlot slot = unclaimed;
        unclaimed = slot.next;
        lock.unlock();
        IOException damage = null;
        try {
            slot.plain = pool.take();
            own.open(slot);
        } catch (IOException e) {
            damage = e;
        } finally {
            lock.lock();
        }
        if (damage != null) {
            fail(damage);
            return;
        }
        slot.done = true;
        Chunk chunk = slot.chunk;
        chunk.recordsPending--;
        if (chunk.recordsPending == 0 && chunk.retired) {
            chunk.retired = false;
            idleChunks.addFirst(chunk);
        }
        deliver();
        if (readerWaiting) {
            progress.signal();
        }
    }

    private void deliver() {
        if (delivering) {
            return;
        }
        delivering = true;
        while (head != null && head.done && !over()) {
            FrameSlot slot = head;
            head = slot.next;
            if (head == null) {
                tail = null;
            }
            IOException damage = null;
            boolean kept = false;
            lock.unlock();
            try {
                kept = sink.onFrame(slot.plain, slot.plainLength);
            } catch (IOException e) {
                damage = e;
            } catch (RuntimeException | Error e) {
                damage = new SessionException(
                        "a frame could not be handled: " + e.getClass().getSimpleName(), e);
            } finally {
                lock.lock();
            }
            if (damage != null) {
                fail(damage);
            }
            if (!kept) {
                pool.give(slot.plain);
            }
            slot.plain = null;
            slot.epoch = null;
            slot.next = freeSlots;
            freeSlots = slot;
            inFlight--;
        }
        delivering = false;
    }

    private void fail(IOException damage) {
        if (failure != null) {
            return;
        }
        failure = damage;
        helperWake.signalAll();
        progress.signalAll();
        // The reading thread may be waiting in the channel; a channel may linger in close, so not under the lock.
        lock.unlock();
        try {
            channel.close();
        } catch (IOException e) {
            damage.addSuppressed(e);
        } finally {
            lock.lock();
        }
    }
}
