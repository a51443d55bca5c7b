package io.parcelnode.proto;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Seals frames in parallel and writes them in the order they were committed.
 *
 * <p>Committed frames form one list. Helpers and the writing thread claim them in order; the writing thread takes the
 * sealed ones from the front, gathers what is there and writes it at once. So a lone small frame leaves immediately,
 * and a busy session writes large pieces. With one sealing thread there is no helper: the writing thread seals.
 */
final class SealedWriter {
    private static final int BATCH_BYTES = 256 * 1024;
    private static final int QUEUED_SOFT_MAX = 128;
    /** Answers that may not wait pile up to here when a peer sends without reading; then it is cut off. */
    private static final int QUEUED_HARD_MAX = 4 * Limits.REQUESTS_MAX;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition writerWake = lock.newCondition();
    private final Condition helperWake = lock.newCondition();
    private final Condition spaceFree = lock.newCondition();
    private final Condition flushed = lock.newCondition();
    private final ByteChannel channel;
    private final DirectionKeys keys;
    private final SessionThreads threads;
    private final Consumer<IOException> onFailure;
    private final Consumer<Boolean> onWriting;
    private final int largeSlotsMax;

    private FrameSlot head;
    private FrameSlot tail;
    private FrameSlot unclaimed;
    private FrameSlot freeSlots;
    private int largeSlotsMade;
    private int queuedFrames;
    private int helpersIdle;
    private boolean writerWaiting;
    private boolean writing;
    private boolean finished;
    private boolean stopped;
    /** 0 for no matter how long it is silent. */
    private long aliveEveryNs;
    /** Of all sealing threads together; written with the lock. */
    private volatile long sealingNs;

    /**
     * @param largeSlotsMax most frames of full size that are on their way at once, and so most of its memory
     * @param onWriting told true before the channel is given something and false when it has taken it
     */
    SealedWriter(
            ByteChannel channel,
            DirectionKeys keys,
            SessionThreads threads,
            int largeSlotsMax,
            Consumer<Boolean> onWriting,
            Consumer<IOException> onFailure) {
        this.channel = channel;
        this.keys = keys;
        this.threads = threads;
        this.largeSlotsMax = largeSlotsMax;
        this.onWriting = onWriting;
        this.onFailure = onFailure;
    }

    /** @param prelude bytes to write before the first frame, in the same piece: the end of the TLS handshake */
    void start(byte[] prelude) {
        threads.start("writer", () -> runWriter(prelude));
    }

    /** The writing thread is the first of the sealing threads; the others are started here. */
    void sealingThreads(int count) {
        for (int i = 1; i < count; i++) {
            threads.start("sealer-" + i, this::runHelper);
        }
    }

    /** From now on sends ALIVE when it has had nothing else to send for so long. */
    void keepAlive(Duration every) {
        lock.lock();
        try {
            aliveEveryNs = every.toNanos();
            writerWake.signal();
        } finally {
            lock.unlock();
        }
    }

    /** A large slot to fill and commit soon; waits until one is free. */
    FrameSlot acquire() throws IOException {
        lock.lock();
        try {
            awaitSpaceLocked(true);
            FrameSlot slot = freeSlots;
            if (slot == null) {
                largeSlotsMade++;
                return FrameSlot.large();
            }
            freeSlots = slot.next;
            slot.next = null;
            return slot;
        } finally {
            lock.unlock();
        }
    }

    void commit(FrameSlot slot) throws IOException {
        lock.lock();
        try {
            commitLocked(slot);
        } finally {
            lock.unlock();
        }
    }

    /** Sends a small frame; waits while too many are queued. */
    void send(byte[] frame) throws IOException {
        lock.lock();
        try {
            awaitSpaceLocked(false);
            commitLocked(FrameSlot.holding(frame));
        } finally {
            lock.unlock();
        }
    }

    void awaitSpace() throws IOException {
        lock.lock();
        try {
            awaitSpaceLocked(false);
        } finally {
            lock.unlock();
        }
    }

    /** Sends a small frame without ever waiting: for the reading side and for callers that hold a lock. */
    void sendNow(byte[] frame) throws SessionException {
        lock.lock();
        try {
            if (queuedFrames >= QUEUED_HARD_MAX) {
                throw new SessionException("the peer has not taken " + queuedFrames
                        + " answers while it sent more requests; the session is closed");
            }
            commitLocked(FrameSlot.holding(frame));
        } finally {
            lock.unlock();
        }
    }

    /** Sends the last frame of this direction; later ones are refused. Returns at once, also when already over. */
    void finish(byte[] goodbye) {
        lock.lock();
        try {
            if (!finished && !stopped) {
                commitLocked(FrameSlot.holding(goodbye));
                finished = true;
                spaceFree.signalAll();
            }
        } catch (IOException e) {
            assert stopped || finished : e;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the channel has taken everything; false when time ran out or the writer has stopped. */
    boolean awaitFlushed(long timeoutNs) {
        lock.lock();
        try {
            long leftNs = timeoutNs;
            while ((head != null || writing) && !stopped) {
                if (leftNs <= 0) {
                    return false;
                }
                leftNs = flushed.awaitNanos(leftNs);
            }
            return head == null && !writing;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            writerWake.signalAll();
            helperWake.signalAll();
            spaceFree.signalAll();
            flushed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitSpaceLocked(boolean largeSlot) throws IOException {
        try {
            while (!stopped
                    && !finished
                    && (queuedFrames >= QUEUED_SOFT_MAX
                            || (largeSlot && freeSlots == null && largeSlotsMade >= largeSlotsMax))) {
                spaceFree.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the channel to take sealed frames");
        }
        requireOpen();
    }

    private void requireOpen() throws SessionException {
        if (stopped || finished) {
            throw new SessionException("the session is over; nothing more can be sent on it");
        }
    }

    private void commitLocked(FrameSlot slot) throws SessionException {
        requireOpen();
        slot.done = false;
        slot.next = null;
        keys.assign(slot, Limits.RECORD_HEADER_BYTES + slot.plainLength + Limits.TAG_BYTES);
        if (tail == null) {
            head = slot;
        } else {
            tail.next = slot;
        }
        tail = slot;
        queuedFrames++;
        if (unclaimed == null) {
            unclaimed = slot;
        }
        if (writerWaiting) {
            writerWake.signal();
        } else if (helpersIdle > 0 && unclaimed != slot) {
            // A single frame is left to the writing thread; waking a helper costs more than sealing it.
            helperWake.signal();
        }
    }

    private void runHelper() {
        FrameCipher cipher = new FrameCipher();
        lock.lock();
        try {
            while (!stopped) {
                if (unclaimed == null) {
                    helpersIdle++;
                    helperWake.awaitUninterruptibly();
                    helpersIdle--;
                } else {
                    FrameSlot slot = sealOne(cipher);
                    if (slot == head && writerWaiting) {
                        writerWake.signal();
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** How long threads have been sealing; of several at once the sum. */
    long sealingNs() {
        return sealingNs;
    }

    /** Called with the lock, which is released while sealing. */
    private FrameSlot sealOne(FrameCipher cipher) {
        FrameSlot slot = unclaimed;
        unclaimed = slot.next;
        lock.unlock();
        long startNs = System.nanoTime();
        try {
            cipher.seal(slot);
        } finally {
            lock.lock();
        }
        sealingNs += System.nanoTime() - startNs;
        slot.done = true;
        return slot;
    }

    private void runWriter(byte[] prelude) {
        FrameCipher cipher = new FrameCipher();
        int batchBytes = Math.min(BATCH_BYTES, largeSlotsMax * Limits.RECORD_BYTES_MAX);
        ByteBuffer batch = ByteBuffer.allocateDirect(Math.max(batchBytes, prelude.length + Limits.RECORD_BYTES_MAX));
        batch.put(prelude);
        try {
            while (gather(cipher, batch)) {
                batch.flip();
                onWriting.accept(true);
                while (batch.hasRemaining()) {
                    channel.write(batch);
                }
                onWriting.accept(false);
                batch.clear();
            }
        } catch (IOException e) {
            stop();
            onFailure.accept(SessionException.connectionFailed("while sending", e));
        }
    }

    /** Gathers at least one record, and whatever else is ready; false when stopped. */
    private boolean gather(FrameCipher cipher, ByteBuffer batch) throws SessionException {
        lock.lock();
        try {
            writing = false;
            if (head == null) {
                flushed.signalAll();
            }
            while (!stopped) {
                if (head != null && head.done && batch.remaining() >= Limits.RECORD_BYTES_MAX) {
                    writing = true;
                    copyRun(batch);
                } else if (batch.remaining() < Limits.RECORD_BYTES_MAX) {
                    return true;
                } else if (unclaimed != null) {
                    sealOne(cipher);
                } else if (writing) {
                    return true;
                } else {
                    awaitFrame();
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void awaitFrame() throws SessionException {
        writerWaiting = true;
        boolean silent = false;
        try {
            if (aliveEveryNs == 0) {
                writerWake.awaitUninterruptibly();
            } else {
                silent = writerWake.awaitNanos(aliveEveryNs) <= 0;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("threads of a session are interrupted by nobody", e);
        } finally {
            writerWaiting = false;
        }
        if (silent && head == null && !finished && !stopped) {
            commitLocked(FrameSlot.holding(Frames.alive()));
        }
    }

    /** Takes the sealed frames at the front, as many as fit, and copies them without the lock. */
    private void copyRun(ByteBuffer batch) {
        FrameSlot first = head;
        FrameSlot last = null;
        int room = batch.remaining();
        int frames = 0;
        while (head != null && head.done && head.recordLength <= room) {
            room -= head.recordLength;
            last = head;
            head = head.next;
            frames++;
        }
        if (head == null) {
            tail = null;
        }
        last.next = null;
        lock.unlock();
        try {
            for (FrameSlot slot = first; slot != null; slot = slot.next) {
                batch.put(slot.record, 0, slot.recordLength);
            }
        } finally {
            lock.lock();
        }
        while (first != null) {
            FrameSlot slot = first;
            first = slot.next;
            slot.epoch = null;
            if (slot.pooled) {
                slot.next = freeSlots;
                freeSlots = slot;
            }
        }
        queuedFrames -= frames;
        spaceFree.signalAll();
    }
}
