package io.parcelnode.node.get;

import io.parcelnode.node.cli.ByteBudget;
import io.parcelnode.proto.ClientSession;
import io.parcelnode.proto.ContentMismatchException;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RemoteFile;
import io.parcelnode.proto.RequestFailedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Fetches one large file over one connection, with several streams side by side. Each takes slice after slice from the
 * file's {@link PieceMap}, and asks for its next one while the end of the last is still on its way.
 */
final class PieceStreams {
    private static final int BUFFER_BYTES = 1 << 18;
    /** What a stream may be sent ahead, whatever the others have taken. */
    private static final int CREDIT_MIN_BYTES = 1 << 16;

    private final Download download;
    private final LargeFile file;
    private final PieceMap map;
    private final ClientSession session;
    private final String token;
    private final ByteBudget credit;
    private final LongSupplier roundTripNs;
    private final Runnable onAccepted;
    private final Runnable onProgress;
    private final FileTimes times;
    private final AtomicLong copiedNs = new AtomicLong();
    // Guarded by this.
    private int streamsLeft = LargeFile.STREAMS;
    private IOException failure;
    private Throwable defect;

    /**
     * @param credit what the server may send ahead of all files together
     * @param onAccepted called when the endpoint has answered a request
     */
    PieceStreams(
            Download download,
            LargeFile file,
            ClientSession session,
            String token,
            ByteBudget credit,
            LongSupplier roundTripNs,
            Runnable onAccepted,
            Runnable onProgress,
            FileTimes times) {
        this.download = download;
        this.file = file;
        this.map = file.map();
        this.session = session;
        this.token = token;
        this.credit = credit;
        this.roundTripNs = roundTripNs;
        this.onAccepted = onAccepted;
        this.onProgress = onProgress;
        this.times = times;
    }

    /**
     * Returns when all is here and verified piece by piece.
     *
     * @param first an answer under way that begins at the file's first byte, null if there is none
     * @param firstBytes how much was asked for with it
     */
    void fetch(RemoteFile first, long firstBytes) throws IOException {
        map.goOn();
        Slice firstSlice = first == null ? null : map.takeFirst(firstBytes);
        if (first != null && firstSlice == null) {
            first.close();
        }
        List<Thread> helpers = new ArrayList<>();
        for (int i = 2; i <= LargeFile.STREAMS; i++) {
            Thread helper = new Thread(() -> runStream(null, null), "stream-" + i);
            helper.setDaemon(true);
            helper.start();
            helpers.add(helper);
        }
        runStream(firstSlice, first);
        for (Thread helper : helpers) {
            join(helper);
        }
        if (copiedNs.get() > 0) {
            // All was here; what was left to do was to read it back.
            times.add(System.nanoTime() - copiedNs.get(), 0, 0, 1);
        }
        synchronized (this) {
            if (defect != null) {
                throw new IllegalStateException("a stream of " + download.id() + " failed: " + defect, defect);
            }
            if (failure != null) {
                throw failure;
            }
        }
        file.requireWorking();
    }

    private void runStream(Slice firstSlice, RemoteFile first) {
        try {
            new Stream(firstSlice, first).run();
        } catch (RequestFailedException e) {
            // A busy server may still have room for fewer streams.
            if (e.kind() != FailureKind.BUSY || !mayLeave()) {
                fail(e);
            }
        } catch (IOException e) {
            fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(new InterruptedIOException("interrupted while fetching " + download.id()));
        } catch (RuntimeException | Error e) {
            synchronized (this) {
                defect = e;
            }
            map.pause();
        }
    }

    /** Leaves what this stream has not fetched to the others; false if there is none. */
    private synchronized boolean mayLeave() {
        if (streamsLeft == 1) {
            return false;
        }
        streamsLeft--;
        return true;
    }

    private void fail(IOException e) {
        synchronized (this) {
            // What the others throw afterwards is only that they were stopped.
            if (failure == null) {
                failure = e;
            }
        }
        map.pause();
    }

    private static void join(Thread thread) throws InterruptedIOException {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a stream");
        }
    }

    /** One stream; used by its thread alone. */
    private final class Stream {
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        private final FileCredit ahead = new FileCredit(credit, CREDIT_MIN_BYTES, roundTripNs, this::raiseCredit);
        private RemoteFile current;
        private long receivedBytes;
        private Slice next;
        private RemoteFile nextRemote;
        private long diskNs;

        Stream(Slice first, RemoteFile firstRemote) {
            next = first;
            nextRemote = firstRemote;
        }

        void run() throws IOException, InterruptedException {
            try {
                ahead.start(System.nanoTime());
                while (true) {
                    Slice slice = next;
                    RemoteFile remote = nextRemote;
                    next = null;
                    nextRemote = null;
                    if (slice == null) {
                        slice = map.take();
                        if (slice == null) {
                            return;
                        }
                        remote = open(slice, ahead.creditBytes());
                    }
                    copy(slice, remote);
                    file.requireWorking();
                }
            } finally {
                ahead.close();
                if (next != null) {
                    map.release(next, next.startBytes);
                    nextRemote.close();
                }
            }
        }

        private void copy(Slice slice, RemoteFile remote) throws IOException, InterruptedException {
            long startNs = System.nanoTime();
            long waitedBeforeNs = remote.waitedNs();
            diskNs = 0;
            try (remote) {
                current = remote;
                remote.raiseCredit((int) ahead.creditBytes());
                copyAll(slice, remote);
            } catch (ContentMismatchException | RequestFailedException | LocalDiskException e) {
                throw e;
            } catch (IOException e) {
                if (!map.isCutOff(slice)) {
                    throw e;
                }
            } finally {
                long nowNs = System.nanoTime();
                times.add(nowNs - startNs, remote.waitedNs() - waitedBeforeNs, diskNs, LargeFile.STREAMS);
                copiedNs.accumulateAndGet(nowNs, Math::max);
            }
        }

        private void write(long at) throws IOException {
            long startNs = System.nanoTime();
            file.part().write(buffer.flip(), at);
            diskNs += System.nanoTime() - startNs;
        }

        /** Waits when the disk is behind. */
        private void add(long start, long end, PieceChecksum checksum) throws IOException, InterruptedException {
            long startNs = System.nanoTime();
            file.add(new Piece(start, (int) (end - start), checksum.value()));
            diskNs += System.nanoTime() - startNs;
        }

        private void copyAll(Slice slice, RemoteFile remote) throws IOException, InterruptedException {
            PieceChecksum checksum = new PieceChecksum();
            long pieceStart = slice.startBytes;
            long at = pieceStart;
            try {
                long end = map.attach(slice, remote);
                requireSame(remote);
                while (at < end) {
                    long wanted = Math.min(end - at, pieceStart + PieceMap.PIECE_BYTES - at);
                    int length = remote.read(buffer.clear().limit((int) Math.min(BUFFER_BYTES, wanted)));
                    if (length < 0) {
                        throw new IOException("the server ended its answer at byte " + at + " of " + end);
                    }
                    checksum.update(buffer.array(), 0, length);
                    write(at);
                    at += length;
                    download.onReceived(length);
                    receivedBytes += length;
                    ahead.onReceived(receivedBytes, System.nanoTime());
                    onProgress.run();
                    end = map.moved(slice, at);
                    if (at - pieceStart == PieceMap.PIECE_BYTES || at == end) {
                        add(pieceStart, at, checksum);
                        checksum.reset();
                        pieceStart = at;
                    }
                    openNext(end - at);
                }
                // One that was cut short has no END.
                if (end == slice.askedEndBytes && remote.read(buffer.clear()) >= 0) {
                    throw new IOException("the server sent more than it was asked for");
                }
            } finally {
                try {
                    if (at > pieceStart) {
                        add(pieceStart, at, checksum);
                    }
                } finally {
                    map.release(slice, at);
                }
            }
        }

        private void openNext(long leftBytes) throws IOException {
            // Both together may bring no more than this stream's credit.
            long halfBytes = ahead.creditBytes() / 2;
            if (next == null && leftBytes <= halfBytes) {
                Slice slice = map.takeFree();
                if (slice != null) {
                    nextRemote = open(slice, halfBytes);
                    next = slice;
                    map.attach(slice, nextRemote);
                }
            }
        }

        private void raiseCredit(int bytes) {
            if (current != null) {
                current.raiseCredit(bytes);
            }
        }

        private RemoteFile open(Slice slice, long creditBytes) throws IOException {
            OpenRequest request = new OpenRequest(
                    download.id(),
                    token,
                    slice.startBytes,
                    slice.askedEndBytes - slice.startBytes,
                    file.identity().demandedValidator());
            try {
                return session.open(request, (int) creditBytes);
            } catch (IOException e) {
                map.release(slice, slice.startBytes);
                throw e;
            }
        }
    }

    private void requireSame(RemoteFile remote) throws IOException {
        if (!file.identity().isSameAs(ObjectIdentity.of(remote.info()))) {
            throw new RequestFailedException(FailureKind.CHANGED, 0, "the file is another one than before");
        }
        onAccepted.run();
    }
}
