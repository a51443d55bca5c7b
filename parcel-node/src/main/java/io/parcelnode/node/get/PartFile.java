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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.LongAdder;

/**
 * A file on its way: bytes go to {@code NAME.part}, and only {@link #finish} gives it its name, after all of it is on
 * the disk. A lock keeps it to one download. Reading, writing and forcing are thread-safe, the rest is not.
 */
final class PartFile implements Closeable {
    static final String SUFFIX = ".part";

    private static final String LINK_SUFFIX = ".part.link";
    /** What the usual file systems take. */
    static final int NAME_MAX_BYTES = 255;

    private final Path target;
    private final Path part;
    private final FileChannel channel;
    private final FileLock lock;
    private final Object key;
    private final LongAdder blockedNs = new LongAdder();

    private PartFile(Path target, Path part, FileChannel channel, FileLock lock, Object key) {
        this.target = target;
        this.part = part;
        this.channel = channel;
        this.lock = lock;
        this.key = key;
    }

    /** Opens {@code target.part} with what an earlier run left in it. */
    static PartFile open(Path target, Disk disk) throws LocalDiskException {
        Path part = partOf(target);
        FileChannel channel = null;
        try {
            Files.createDirectories(target.getParent());
            if (Files.isDirectory(target)) {
                throw new LocalDiskException("cannot write " + target + ": a folder has that name");
            }
            Object keyBefore = keyOf(part);
            channel = disk.open(
                    part,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
            FileLock lock = tryLock(channel);
            // Not what has the name now: another download has just finished, and what we hold is its file.
            Object keyNow = keyOf(part);
            if (lock == null || keyNow == null || keyBefore != null && !keyBefore.equals(keyNow)) {
                channel.close();
                throw new LocalDiskException("another download" + ownerOf(target) + " is writing " + part
                        + "; wait for it or use another -d");
            }
            return new PartFile(target, part, channel, lock, keyNow);
        } catch (LocalDiskException e) {
            throw e;
        } catch (IOException e) {
            closeQuietly(channel);
            throw new LocalDiskException("create", part, e);
        }
    }

    static PartFile open(Path target) throws LocalDiskException {
        return open(target, Disk.LOCAL);
    }

    static PartFile create(Path target) throws LocalDiskException {
        return create(target, Disk.LOCAL);
    }

    /** As {@link #open}, emptied. */
    static PartFile create(Path target, Disk disk) throws LocalDiskException {
        PartFile part = open(target, disk);
        part.truncate();
        return part;
    }

    /** {@code NAME.part}; of a name too long for that, its beginning and a number that tells it from its like. */
    static Path partOf(Path target) {
        return companionOf(target, SUFFIX);
    }

    static Path journalOf(Path target) {
        return companionOf(target, Journal.SUFFIX);
    }

    /** Where a second name of a finished file is made, see {@link SecondName}. */
    static Path linkOf(Path target) {
        return companionOf(target, LINK_SUFFIX);
    }

    Path target() {
        return target;
    }

    long sizeBytes() throws LocalDiskException {
        try {
            return channel.size();
        } catch (IOException e) {
            throw new LocalDiskException("read", part, e);
        }
    }

    /** Fails early, and with a clear sentence, if {@code missingBytes} will not fit. */
    void requireSpace(long missingBytes) throws LocalDiskException {
        try {
            FileStore store = Files.getFileStore(part);
            long usableBytes = store.getUsableSpace();
            if (missingBytes > usableBytes) {
                throw new LocalDiskException("not enough space for " + target + ": it needs " + missingBytes
                        + " bytes, the disk has " + usableBytes);
            }
        } catch (LocalDiskException e) {
            throw e;
        } catch (IOException e) {
            return; // Some file systems do not tell; writing will.
        }
    }

    void write(ByteBuffer bytes, long positionBytes) throws LocalDiskException {
        long startNs = System.nanoTime();
        try {
            long position = positionBytes;
            while (bytes.hasRemaining()) {
                position += channel.write(bytes, position);
            }
        } catch (IOException e) {
            throw new LocalDiskException("write", part, e);
        } finally {
            blockedNs.add(System.nanoTime() - startNs);
        }
    }

    /** How long writing and settling have kept their threads waiting, all of them together. */
    long blockedNs() {
        return blockedNs.sum();
    }

    /** Fills {@code target}, or as much of it as the file has; returns how many bytes that is. */
    int read(ByteBuffer target, long positionBytes) throws LocalDiskException {
        try {
            int start = target.position();
            while (target.hasRemaining()) {
                if (channel.read(target, positionBytes + target.position() - start) < 0) {
                    break;
                }
            }
            return target.position() - start;
        } catch (IOException e) {
            throw new LocalDiskException("read", part, e);
        }
    }

    /** What has been written is on the disk afterwards, and can be found there. */
    void force() throws LocalDiskException {
        try {
            channel.force(false);
            if (!key.equals(keyOf(part))) {
                throw new LocalDiskException(
                        part + " is gone: somebody has deleted or replaced it, or its folder; start again");
            }
        } catch (LocalDiskException e) {
            throw e;
        } catch (IOException e) {
            throw new LocalDiskException("write", part, e);
        }
    }

    void truncate() throws LocalDiskException {
        try {
            channel.truncate(0);
        } catch (IOException e) {
            throw new LocalDiskException("empty", part, e);
        }
    }

    /** Everything is on the disk afterwards, and is told as it will be under its name. */
    BasicFileAttributes settle(long sizeBytes) throws LocalDiskException {
        long startNs = System.nanoTime();
        try {
            channel.truncate(sizeBytes);
            channel.force(true);
            return Files.readAttributes(part, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new LocalDiskException("write", part, e);
        } finally {
            blockedNs.add(System.nanoTime() - startNs);
        }
    }

    /** Gives the settled file its name. That the name is on the disk, too, takes {@link #forceFolder}. */
    void finish() throws LocalDiskException {
        try {
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            close();
        } catch (IOException e) {
            throw new LocalDiskException("finish", target, e);
        }
    }

    /** The same where something else is to be reported. */
    void discardQuietly() {
        try {
            discard();
        } catch (IOException e) {
            closeQuietly(channel);
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

    static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            return; // Not every system lets a folder be opened; the rename itself has succeeded.
        }
    }

    private static Path companionOf(Path target, String suffix) {
        String name = target.getFileName().toString();
        String companion = name + suffix;
        if (utf8Length(companion) > NAME_MAX_BYTES && utf8Length(name) <= NAME_MAX_BYTES) {
            String end = String.format("~%08x", name.hashCode()) + suffix;
            int length = name.length();
            do {
                length = name.offsetByCodePoints(length, -1);
                companion = name.substring(0, length) + end;
            } while (utf8Length(companion) > NAME_MAX_BYTES);
        }
        return target.resolveSibling(companion);
    }

    /** Who else writes, as the journal tells; small files have none. */
    private static String ownerOf(Path target) {
        try {
            JournalContent journal = JournalContent.read(journalOf(target));
            return journal == null || journal.owner().isEmpty() ? "" : " (" + journal.owner() + ")";
        } catch (IOException e) {
            return ""; // The refusal says enough.
        }
    }

    /** What tells this file from another one under the same name; null if there is none, the same of all on systems that have none. */
    private static Object keyOf(Path part) throws IOException {
        try {
            Object key = Files.readAttributes(part, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
            return key == null ? "" : key;
        } catch (NoSuchFileException e) {
            return null;
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

    static void closeQuietly(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            return; // The first failure is the one to report.
        }
    }
}
