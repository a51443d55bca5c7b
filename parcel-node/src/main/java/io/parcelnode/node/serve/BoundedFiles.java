package io.parcelnode.node.serve;

import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.FileOpening;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import io.parcelnode.proto.SourceLatency;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One session's files, for as many requests at once as its client and its tokens may have. */
record BoundedFiles(FileProvider files, OpenRequests.Guest guest) implements FileProvider {
    @Override
    public ServedFile open(OpenRequest request) throws IOException {
        return open(guest.enter(request.token()), () -> files.open(request));
    }

    @Override
    public FileOpening begin(OpenRequest request) {
        Runnable leave;
        try {
            leave = guest.enter(request.token());
        } catch (RequestFailedException e) {
            return FileOpening.onItsTurn(() -> {
                throw e;
            });
        }
        FileOpening opening;
        try {
            opening = files.begin(request);
        } catch (RuntimeException | Error e) {
            leave.run();
            throw e;
        }
        return new FileOpening() {
            @Override
            public void whenReady(Runnable task) {
                opening.whenReady(task);
            }

            @Override
            public ServedFile open() throws IOException {
                return BoundedFiles.open(leave, opening::open);
            }

            @Override
            public void cancel() {
                opening.cancel();
                leave.run();
            }
        };
    }

    private static ServedFile open(Runnable leave, FileOpening.Opener opener) throws IOException {
        try {
            return new Counted(opener.open(), leave);
        } catch (IOException | RuntimeException | Error e) {
            leave.run();
            throw e;
        }
    }

    private record Counted(ServedFile file, Runnable leave) implements ServedFile {
        @Override
        public FileInfo info() {
            return file.info();
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return file.read(target);
        }

        @Override
        public void awaitBytes() throws IOException {
            file.awaitBytes();
        }

        @Override
        public void onServed(long bytes, byte[] sha256) {
            file.onServed(bytes, sha256);
        }

        @Override
        public SourceLatency sourceLatency() {
            return file.sourceLatency();
        }

        @Override
        public void close() throws IOException {
            try {
                file.close();
            } finally {
                leave.run();
            }
        }
    }
}
