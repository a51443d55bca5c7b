package io.parcelnode.node.source;

import io.parcelnode.node.cli.ByteBudget;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import okhttp3.Call;
import okhttp3.Response;

/**
 * A file read ahead by parallel range requests and handed out in order.
 *
 * <p>A new request starts as soon as any earlier one has ended, whichever it is: a slow range holds up the reader when
 * its turn comes but not the requests behind it, until the memory granted is full of what lies ahead of the reader. One
 * lock guards all state; requests run on the executor's threads.
 */
final class RangedFile implements ServedFile {
    private final Endpoint endpoint;
    private final Executor fetchers;
    private final EndpointOptions options;
    private final ByteBudget budget;
    private final ChunkPool pool;
    private final OpenRequest request;
    private final FileInfo info;
    private final long endBytes;
    private final long aheadBytes;
    private final long rangeCount;

    private final Map<Long, Range> ranges = new HashMap<>();
    private final Set<Call> calls = new HashSet<>();
    private long headRange;
    private long nextRange;
    private int activeFetches;
    private long bufferedBytes;
    private long grantedBytes;
    private boolean readerWaits;
    private boolean closed;

    /** @param first the open answer to the request for the first range */
    RangedFile(
            Endpoint endpoint,
            Executor fetchers,
            EndpointOptions options,
            ByteBudget budget,
            ChunkPool pool,
            OpenRequest request,
            FileInfo info,
            Response first) {
        this.endpoint = endpoint;
        this.fetchers = fetchers;
        this.options = options;
        this.budget = budget;
        this.pool = pool;
        this.request = request;
        this.info = info;
        endBytes = Requests.endBytes(request, info.sizeBytes());
        long wantedBytes = endBytes - request.offsetBytes();
        rangeCount = (wantedBytes + options.rangeBytes() - 1) / options.rangeBytes();
        aheadBytes = Math.min(wantedBytes, 2 * options.connections() * options.rangeBytes());
        grantedBytes = budget.reserve(aheadBytes);
        synchronized (this) {
            if (rangeCount == 0) {
                first.close();
            } else {
                start(first);
                startMore();
            }
        }
    }

    @Override
    public FileInfo info() {
        return info;
    }

    @Override
    public synchronized int read(ByteBuffer target) throws IOException {
        while (headRange < rangeCount) {
            requireOpen();
            Range head = ranges.get(headRange);
            ByteBuffer chunk = head == null ? null : head.chunks.peek();
            if (chunk != null) {
                return take(head, chunk, target);
            }
            if (head != null && head.failure != null) {
                throw head.failure;
            }
            if (head != null && head.ended) {
                ranges.remove(headRange);
                headRange++;
                startMore();
                notifyAll();
            } else {
                awaitChunk();
            }
        }
        return -1;
    }

    @Override
    public synchronized void awaitBytes() throws IOException {
        while (headRange < rangeCount && !closed) {
            Range head = ranges.get(headRange);
            if (head != null && (!head.chunks.isEmpty() || head.failure != null || head.ended)) {
                return;
            }
            awaitChunk();
        }
    }

    @Override
    public void close() {
        Set<Call> toCancel;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            toCancel = Set.copyOf(calls);
            ranges.clear();
            budget.release(grantedBytes);
            notifyAll();
        }
        toCancel.forEach(Call::cancel);
    }

    /** In chunks that wait for the reader, and that are being filled. */
    synchronized long bufferedBytes() {
        return bufferedBytes;
    }

    private int take(Range head, ByteBuffer chunk, ByteBuffer target) {
        int length = Math.min(chunk.remaining(), target.remaining());
        target.put(target.position(), chunk, chunk.position(), length);
        target.position(target.position() + length);
        chunk.position(chunk.position() + length);
        if (!chunk.hasRemaining()) {
            reserveMore();
            head.chunks.remove();
            bufferedBytes -= ChunkPool.CHUNK_BYTES;
            pool.give(chunk.array());
            notifyAll();
        }
        return length;
    }

    /** A file that moves asks again for the memory that others held when it was opened. */
    private void reserveMore() {
        if (grantedBytes < aheadBytes) {
            long moreBytes = budget.reserve(aheadBytes - grantedBytes);
            grantedBytes += moreBytes;
            if (moreBytes > 0) {
                startMore();
            }
        }
    }

    private void startMore() {
        long aheadMax = Math.max(1, grantedBytes / options.rangeBytes());
        while (!closed
                && activeFetches < options.connections()
                && nextRange < Math.min(rangeCount, headRange + aheadMax)) {
            start(null);
        }
    }

    private void start(Response open) {
        Range range = new Range(nextRange, request.offsetBytes() + nextRange * options.rangeBytes());
        ranges.put(nextRange++, range);
        activeFetches++;
        fetchers.execute(() -> fetch(range, open));
    }

    private void fetch(Range range, Response open) {
        IOException failure = null;
        try {
            fetchPatiently(range, open);
        } catch (IOException e) {
            failure = e;
        } catch (Exception e) {
            // The HTTP library is Kotlin: it throws InterruptedException without saying so.
            failure = new RequestFailedException(FailureKind.INTERNAL, 0, "reading the endpoint failed: " + e);
        }
        synchronized (this) {
            range.ended = failure == null;
            range.failure = failure;
            activeFetches--;
            if (failure == null) {
                startMore();
            }
            notifyAll();
        }
    }

    private void fetchPatiently(Range range, Response open) throws IOException {
        Retry retry = new Retry();
        long rangeEndBytes = Math.min(range.positionBytes + options.rangeBytes(), endBytes);
        Response response = open;
        while (range.positionBytes < rangeEndBytes) {
            Call[] call = new Call[1];
            try {
                if (response == null) {
                    response = ask(range.positionBytes, rangeEndBytes, call);
                }
                copy(range, response, rangeEndBytes, retry);
            } catch (RequestFailedException e) {
                throw e;
            } catch (IOException e) {
                requireOpen();
                retry.onFailure(Retry.broken(e));
            } finally {
                if (response != null) {
                    response.close();
                    response = null;
                }
                forget(call[0]);
            }
        }
    }

    private Response ask(long fromBytes, long toBytes, Call[] call) throws IOException {
        Response response = endpoint.get(request.fileId(), request.token(), fromBytes, toBytes - 1, started -> {
            call[0] = started;
            remember(started);
        });
        Reply reply = Reply.of(response);
        boolean same =
                reply.sizeBytes() == info.sizeBytes() && reply.validator().equals(info.validator());
        if (!same || reply.status() != 206 || reply.startBytes() != fromBytes) {
            response.close();
            throw new RequestFailedException(
                    same ? FailureKind.UPSTREAM : FailureKind.CHANGED,
                    reply.status(),
                    same
                            ? "the endpoint answered with another range than asked for"
                            : "the file has changed at the endpoint while it was read");
        }
        return response;
    }

    private void copy(Range range, Response response, long rangeEndBytes, Retry retry) throws IOException {
        InputStream body = response.body().byteStream();
        while (range.positionBytes < rangeEndBytes) {
            awaitRoom(range);
            int wanted = (int) Math.min(ChunkPool.CHUNK_BYTES, rangeEndBytes - range.positionBytes);
            byte[] bytes = pool.take(wanted);
            int length = 0;
            try {
                // Memory is counted in whole chunks, so they go on their way full unless the reader waits for these.
                do {
                    int more = body.read(bytes, length, wanted - length);
                    if (more < 0) {
                        throw new EndpointException("the endpoint ended its answer early", response.code(), null);
                    }
                    length += more;
                } while (length < wanted && !(isAwaited(range) && body.available() == 0));
            } finally {
                if (length > 0) {
                    append(range, ByteBuffer.wrap(bytes, 0, length));
                    retry.onProgress();
                } else {
                    pool.give(bytes);
                    giveRoomBack();
                }
            }
        }
    }

    private synchronized boolean isAwaited(Range range) {
        return range.index == headRange && range.chunks.isEmpty();
    }

    /** Before memory is taken rather than after: a transfer whose reader has no credit holds no more than it was granted. */
    private synchronized void awaitRoom(Range range) throws IOException {
        while (!closed && !mayBuffer(range)) {
            await();
        }
        requireOpen();
        bufferedBytes += ChunkPool.CHUNK_BYTES;
    }

    private synchronized void giveRoomBack() {
        bufferedBytes -= ChunkPool.CHUNK_BYTES;
        notifyAll();
    }

    private synchronized void append(Range range, ByteBuffer chunk) throws IOException {
        requireOpen();
        range.chunks.add(chunk);
        range.positionBytes += chunk.limit();
        notifyAll();
    }

    private boolean mayBuffer(Range range) {
        // A reader that waits gets a chunk whatever others have taken.
        return bufferedBytes < grantedBytes || range.index == headRange && range.chunks.isEmpty() && readerWaits;
    }

    private void awaitChunk() throws IOException {
        readerWaits = true;
        notifyAll();
        try {
            await();
        } finally {
            readerWaits = false;
        }
    }

    private void await() throws IOException {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading " + info.name(), e);
        }
    }

    private synchronized void requireOpen() throws IOException {
        if (closed) {
            throw new RequestFailedException(FailureKind.INTERNAL, 0, "the transfer was closed");
        }
    }

    private synchronized void remember(Call call) {
        calls.add(call);
        if (closed) {
            call.cancel();
        }
    }

    private synchronized void forget(Call call) {
        calls.remove(call);
    }

    /** One range request's part of the file. */
    private static final class Range {
        private final long index;
        private final ArrayDeque<ByteBuffer> chunks = new ArrayDeque<>();
        private long positionBytes;
        private boolean ended;
        private IOException failure;

        Range(long index, long positionBytes) {
            this.index = index;
            this.positionBytes = positionBytes;
        }
    }
}
