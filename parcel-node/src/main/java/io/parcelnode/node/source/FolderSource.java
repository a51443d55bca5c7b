package io.parcelnode.node.source;

import io.parcelnode.node.cli.FileIds;
import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.RequestFailedException;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Serves the regular files below a folder. Links that lead out of it are not followed. Thread-safe. */
public final class FolderSource implements FileProvider, SourceProbe {
    private final Path root;

    /** @throws IOException if {@code folder} is not a readable folder */
    public FolderSource(Path folder) throws IOException {
        root = folder.toRealPath();
        if (!Files.isDirectory(root) || !Files.isReadable(root)) {
            throw new IOException(folder + " is not a readable folder");
        }
    }

    @Override
    public ServedFile open(OpenRequest request) throws IOException {
        Path path = find(request.fileId());
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        long sizeBytes = attributes.size();
        String validator = sizeBytes + "-" + attributes.lastModifiedTime().toMillis();
        Requests.requireUnchanged(request, validator);
        Requests.requireRange(request, sizeBytes);
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        String name = path.getFileName().toString();
        return new OpenFile(
                path,
                attributes,
                channel,
                new FileInfo(name, sizeBytes, validator, null, null),
                request.offsetBytes(),
                Requests.endBytes(request, sizeBytes));
    }

    @Override
    public String kind() {
        return "folder";
    }

    @Override
    public String probe() throws IOException {
        if (!Files.isDirectory(root) || !Files.isReadable(root)) {
            throw new IOException("the folder is gone or cannot be read any more");
        }
        return "is readable";
    }

    private Path find(String id) throws RequestFailedException {
        try {
            if (FileIds.refusal(id) == null) {
                Path path = root.resolve(id).toRealPath();
                if (path.startsWith(root) && Files.isRegularFile(path)) {
                    return path;
                }
            }
        } catch (IOException | InvalidPathException e) {
            // Absent, or not for us to see: the client learns no difference.
        }
        throw new RequestFailedException(FailureKind.NOT_FOUND, 0, "no such file: " + FileIds.printable(id));
    }

    private static final class OpenFile implements ServedFile {
        private final Path path;
        private final BasicFileAttributes before;
        private final FileChannel channel;
        private final FileInfo info;
        private final long endBytes;
        private long positionBytes;

        OpenFile(
                Path path,
                BasicFileAttributes before,
                FileChannel channel,
                FileInfo info,
                long positionBytes,
                long endBytes) {
            this.path = path;
            this.before = before;
            this.channel = channel;
            this.info = info;
            this.positionBytes = positionBytes;
            this.endBytes = endBytes;
        }

        @Override
        public FileInfo info() {
            return info;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            long leftBytes = endBytes - positionBytes;
            if (leftBytes == 0) {
                return -1;
            }
            int limit = target.limit();
            target.limit((int) Math.min(limit, target.position() + leftBytes));
            int length = channel.read(target, positionBytes);
            target.limit(limit);
            if (length < 0) {
                throw new RequestFailedException(
                        FailureKind.CHANGED, 0, "the file became shorter while it was read: " + info.name());
            }
            positionBytes += length;
            if (positionBytes == endBytes) {
                // Nobody reads on after the last byte, so it is held back until the file is known to be one version.
                requireUnchanged();
            }
            return length;
        }

        private void requireUnchanged() throws RequestFailedException {
            try {
                BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
                if (now.size() == before.size() && now.lastModifiedTime().equals(before.lastModifiedTime())) {
                    return;
                }
            } catch (IOException e) {
                // Gone, or replaced by what is not for us to see.
            }
            throw new RequestFailedException(
                    FailureKind.CHANGED, 0, "the file changed while it was read: " + info.name());
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
