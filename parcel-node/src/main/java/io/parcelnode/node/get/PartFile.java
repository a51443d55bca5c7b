package io.parcelnode.node.get;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file on its way: bytes go to {@code NAME.part}, and only {@link #finish} gives it its name, after all of it is on
 * the disk. Not thread-safe.
 */
final class PartFile implements Closeable {
    static final String SUFFIX = ".part";
    /** What the usual file systems take. */
    static final int NAME_MAX_BYTES = 255;

    private final Path target;
    private final Path part;
    private final FileChannel channel;
    private final FileLock lock;
    private long positionBytes;

    private PartFile(Path target, Path part, FileChannel channel, FileLock lock) {
        this.target = target;
        this.part = part;
        this.channel = channel;
        this.lock = lock;
    }

    /** Creates {@code target.part}, emptying what an earlier run left. */
    static PartFile create(Path target) throws LocalDiskException {
        Path part = partOf(target);
        FileChannel channel = null;
        try {
            Files.createDirectories(target.getParent());
            if (Files.isDirectory(target)) {
                throw new LocalDiskException("cannot write " + target + ": a folder has that name");
            }
            channel = FileChannel.open(
                    part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            FileLock lock = tryLock(channel);
            // Gone from under its name: the other download has just finished, and what we hold is its file.
            if (lock == null || !Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
                channel.close();
                throw new LocalDiskException("another download is writing " + part + "; wait for it or use another -d");
            }
            channel.truncate(0);
            return new PartFile(target, part, channel, lock);
        } catch (LocalDiskException e) {
            throw e;
        } catch (IOException e) {
            closeQuietly(channel);
            throw new LocalDiskException("create", part, e);
        }
    }

    /** {@code NAME.part}; of a name too long for that, its beginning and a number that tells it from its like. */
    static Path partOf(Path target) {
        String name = target.getFileName().toString();
        String part = name + SUFFIX;
        if (utf8Length(part) > NAME_MAX_BYTES && utf8Length(name) <= NAME_MAX_BYTES) {
            String end = String.format("~%08x", name.hashCode()) + SUFFIX;
            int length = name.length();
            do {
                length = name.offsetByCodePoints(length, -1);
                part = name.substring(0, length) + end;
            } while (utf8Length(part) > NAME_MAX_BYTES);
        }
        return target.resolveSibling(part);
    }

    Path target() {
        return target;
    }

    long positionBytes() {
        return positionBytes;
    }

    /** Fails early, and with a clear sentence, if {@code sizeBytes} will not fit. */
    void requireSpace(long sizeBytes) throws LocalDiskException {
        try {
            FileStore store = Files.getFileStore(part);
            long usableBytes = store.getUsableSpace();
            if (sizeBytes - positionBytes > usableBytes) {
                throw new LocalDiskException("not enough space for " + target + ": it needs "
                        + (sizeBytes - positionBytes) + " bytes, the disk has " + usableBytes);
            }
        } catch (LocalDiskException e) {
            throw e;
        } catch (IOException e) {
            return; // Some file systems do not tell; writing will.
        }
    }

    void write(ByteBuffer bytes) throws LocalDiskException {
        try {
            while (bytes.hasRemaining()) {
                positionBytes += channel.write(bytes, positionBytes);
            }
        } catch (IOException e) {
            throw new LocalDiskException("write", part, e);
        }
    }

    void restart() throws LocalDiskException {
        try {
            channel.truncate(0);
            positionBytes = 0;
        } catch (IOException e) {
            throw new LocalDiskException("empty", part, e);
        }
    }

    /** Everything is on the disk, then under its name, then that name is on the disk. */
    void finish() throws LocalDiskException {
        try {
            channel.force(true);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            close();
            forceFolder(target.getParent());
        } catch (IOException e) {
            throw new LocalDiskException("finish", target, e);
        }
    }

    /** Ends without a result and removes what was written. */
    void discard() throws IOException {
        Files.deleteIfExists(part);
        close();
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            lock.release();
            channel.close();
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // Another download of this very process.
        }
    }

    private static int utf8Length(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            return; // Not every system lets a folder be opened; the rename itself has succeeded.
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            return; // The first failure is the one to report.
        }
    }
}
