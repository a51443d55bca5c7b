package io.parcelnode.node.testing;

import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;

/**
 * Files whose reads are held up.
 *
 * @param beforeEachRead waits for as long as the read of that request is to take
 */
public record HeldUpFiles(FileProvider files, Wait beforeEachRead) implements FileProvider {
    /** Called by the thread that reads. */
    public interface Wait {
        void of(OpenRequest request) throws InterruptedException;
    }

    /** Every read takes so long. */
    public static HeldUpFiles slow(FileProvider files, long readMs) {
        return new HeldUpFiles(files, request -> Thread.sleep(readMs));
    }

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
                    beforeEachRead.of(request);
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
