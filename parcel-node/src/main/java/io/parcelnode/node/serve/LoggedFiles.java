package io.parcelnode.node.serve;

import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line in the log for each request, and for what goes wrong with it; the token is no part of it. */
record LoggedFiles(FileProvider files) implements FileProvider {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.SERVER);

    @Override
    public ServedFile open(OpenRequest request) throws IOException {
        String id = FileIds.printable(request.fileId());
        try {
            ServedFile file = files.open(request);
            LOG.info(
                    "Serving {} from byte {}, {} bytes in all",
                    id,
                    request.offsetBytes(),
                    file.info().sizeBytes());
            return new LoggedFile(file, id);
        } catch (RequestFailedException e) {
            LOG.info("Refused {}: {} ({})", id, e.kind(), e.getMessage());
            throw e;
        } catch (IOException | RuntimeException e) {
            LOG.warn("Cannot open {}: {}", id, Messages.of(e), e);
            throw e;
        }
    }

    private static final class LoggedFile implements ServedFile {
        private final ServedFile file;
        private final String id;
        private volatile boolean closed;

        LoggedFile(ServedFile file, String id) {
            this.file = file;
            this.id = id;
        }

        @Override
        public FileInfo info() {
            return file.info();
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            try {
                return file.read(target);
            } catch (IOException | RuntimeException e) {
                // A client that goes away in the middle closes the file under the read.
                if (!closed) {
                    LOG.warn("Reading {} failed: {}", id, Messages.of(e), e);
                }
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            closed = true;
            file.close();
        }
    }
}
