package io.parcelnode.node.testing;

import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One file in memory under whatever id, with a validator that the test sets; remembers what was asked for. */
public final class MemoryFiles implements FileProvider {
    private final byte[] content;
    private final String validator;
    private final List<OpenRequest> asked = new CopyOnWriteArrayList<>();

    public MemoryFiles(byte[] content, String validator) {
        this.content = content;
        this.validator = validator;
    }

    public List<OpenRequest> asked() {
        return List.copyOf(asked);
    }

    @Override
    public ServedFile open(OpenRequest request) throws IOException {
        asked.add(request);
        if (request.ifValidator() != null && !request.ifValidator().equals(validator)) {
            throw new RequestFailedException(FailureKind.CHANGED, 0, "it has changed");
        }
        int offset = (int) request.offsetBytes();
        ByteBuffer left = ByteBuffer.wrap(content, offset, content.length - offset);
        String name = request.fileId().substring(request.fileId().lastIndexOf('/') + 1);
        return new MemoryFile(new FileInfo(name, content.length, validator, null, null), left);
    }

    private record MemoryFile(FileInfo info, ByteBuffer left) implements ServedFile {
        @Override
        public int read(ByteBuffer target) {
            if (!left.hasRemaining()) {
                return -1;
            }
            int length = Math.min(left.remaining(), target.remaining());
            target.put(left.slice().limit(length));
            left.position(left.position() + length);
            return length;
        }

        @Override
        public void close() {}
    }
}
