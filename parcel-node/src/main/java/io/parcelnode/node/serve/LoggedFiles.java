package io.parcelnode.node.serve;

import io.parcelnode.node.cli.FileIds;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line in the log for each request; the token is no part of it. */
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
            return file;
        } catch (RequestFailedException e) {
            LOG.info("Refused {}: {} ({})", id, e.kind(), e.getMessage());
            throw e;
        }
    }
}
