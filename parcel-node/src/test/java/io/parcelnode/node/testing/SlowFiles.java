package io.parcelnode.node.testing;

import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;

/** Files whose every read takes its time. */
public record SlowFiles(FileProvider files, long readMs) implements FileProvider {
    @Override
    public ServedFile open(OpenRequest request) throws IOException {
        ServedFile file = files.open(request);
        return new ServedFile() {
            @Override
            public FileInfo info() {
                return file.info();
            }

            @Override
            public int read(ByteBuffer target) throws IOException {
                try {
                    Thread.sleep(readMs);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("the test is over");
                }
                return file.read(target);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}
