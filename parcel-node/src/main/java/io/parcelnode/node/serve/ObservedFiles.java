package io.parcelnode.node.serve;

import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.FileOpening;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.ServedFile;
import io.parcelnode.proto.SourceLatency;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;

/** One session's files; what happens to each is told to the listener. */
record ObservedFiles(LiveSession session, FileProvider files, ServerEvents events, Clock clock)
        implements FileProvider {
    @Override
    public ServedFile open(OpenRequest request) throws IOException {
        session.onRequest(request);
        return opened(request, clock.instant(), () -> files.open(request));
    }

    @Override
    public FileOpening begin(OpenRequest request) {
        session.onRequest(request);
        Instant startedAt = clock.instant();
        FileOpening opening = files.begin(request);
        return new FileOpening() {
            @Override
            public void whenReady(Runnable task) {
                opening.whenReady(task);
            }

            @Override
            public ServedFile open() throws IOException {
                return opened(request, startedAt, opening::open);
            }

            @Override
            public void cancel() {
                opening.cancel();
            }
        };
    }

    private ServedFile opened(OpenRequest request, Instant startedAt, FileOpening.Opener opener) throws IOException {
        try {
            ServedFile file = opener.open();
            ObservedFile observed = new ObservedFile(
                    file, new LiveTransfer(session, request, file.info(), startedAt, file::sourceLatency), events);
            events.onTransferStarted(observed.transfer);
            return observed;
        } catch (IOException | RuntimeException e) {
            events.onTransferRefused(session, request, e);
            throw e;
        }
    }

    private static final class ObservedFile implements ServedFile {
        private final ServedFile file;
        private final LiveTransfer transfer;
        private final ServerEvents events;
        private volatile boolean closed;
        private volatile Exception failure;

        ObservedFile(ServedFile file, LiveTransfer transfer, ServerEvents events) {
            this.file = file;
            this.transfer = transfer;
            this.events = events;
        }

        @Override
        public FileInfo info() {
            return file.info();
        }

        @Override
        public void awaitBytes() throws IOException {
            try {
                file.awaitBytes();
            } catch (IOException | RuntimeException e) {
                onFailure(e);
                throw e;
            }
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            try {
                int count = file.read(target);
                if (count > 0) {
                    transfer.addBytes(count);
                }
                return count;
            } catch (IOException | RuntimeException e) {
                onFailure(e);
                throw e;
            }
        }

        private void onFailure(Exception e) {
            // A client that goes away in the middle closes the file under the read.
            if (!closed) {
                failure = e;
            }
        }

        @Override
        public void onServed(long bytes, byte[] sha256) {
            transfer.sha256(sha256);
            file.onServed(bytes, sha256);
        }

        @Override
        public SourceLatency sourceLatency() {
            return file.sourceLatency();
        }

        @Override
        public void close() throws IOException {
            closed = true;
            try {
                file.close();
            } finally {
                events.onTransferEnded(transfer, result(), failure);
            }
        }

        private TransferResult result() {
            if (failure != null) {
                return TransferResult.FAILED;
            }
            return transfer.sha256() == null ? TransferResult.CANCELLED : TransferResult.COMPLETE;
        }
    }
}
