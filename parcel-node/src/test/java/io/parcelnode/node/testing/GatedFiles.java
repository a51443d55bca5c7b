package io.parcelnode.node.testing;

import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;

/** Files that stop after some bytes until the gate opens. */
public final class GatedFiles implements FileProvider {
    private final FileProvider files;
    private final long gateBytes;
    private final CountDownLatch gate = new CountDownLatch(1);

    /** @param gateBytes as far as each file is read before {@link #open()} */
    public GatedFiles(FileProvider files, long gateBytes) {
        this.files = files;
        this.gateBytes = gateBytes;
    }

    public void open() {
        gate.countDown();
    }

    @Override
    public ServedFile open(OpenRequest request) throws IOException {
        return new GatedFile(files.open(request), request.offsetBytes());
    }

    private final class GatedFile implements ServedFile {
        private final ServedFile file;
        private long positionBytes;

        GatedFile(ServedFile file, long positionBytes) {
            this.file = file;
            this.positionBytes = positionBytes;
        }

        @Override
        public FileInfo info() {
            return file.info();
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            int limit = target.limit();
            if (gate.getCount() > 0 && positionBytes < gateBytes) {
                target.limit((int) Math.min(limit, target.position() + gateBytes - positionBytes));
            } else {
                awaitGate();
            }
            int length = file.read(target);
            target.limit(limit);
            positionBytes += Math.max(0, length);
            return length;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }

        private void awaitGate() throws InterruptedIOException {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the gate was closed for good");
            }
        }
    }
}
