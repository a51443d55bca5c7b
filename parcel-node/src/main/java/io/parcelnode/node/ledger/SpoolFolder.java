package io.parcelnode.node.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The folder of one server's spool, locked while that server lives. A server that starts takes over the files of those
 * that have died. So several servers may share a state folder, and none loses another's entries.
 */
final class SpoolFolder {
    private static final String ROOT = "spool";
    private static final String LOCK = "lock";
    private static final String SUFFIX = ".spool";

    private final Path path;
    private final String segmentPrefix;
    private final FileChannel lockFile;
    private final List<Path> segmentsLeft;
    private final List<Path> foldersLeft;

    private SpoolFolder(
            Path path, String segmentPrefix, FileChannel lockFile, List<Path> segmentsLeft, List<Path> foldersLeft) {
        this.path = path;
        this.segmentPrefix = segmentPrefix;
        this.lockFile = lockFile;
        this.segmentsLeft = segmentsLeft;
        this.foldersLeft = foldersLeft;
    }

    /** @param ledger the folder with the spools of all servers of a state folder */
    static SpoolFolder open(Path ledger, UUID run, long nowMillis) throws IOException {
        Path root = ledger.resolve(ROOT);
        PrivateFiles.createFolder(root);
        // Between making a folder and locking it nobody else may take it for a dead one. Threads do not see each
        // other's file locks, so they need a monitor besides.
        synchronized (SpoolFolder.class) {
            try (FileChannel starting = openLock(root);
                    FileLock lock = starting.lock()) {
                assert lock.isValid();
                Path path = PrivateFiles.createFolder(root.resolve(run.toString()));
                FileChannel lockFile = openLock(path);
                if (lockFile.tryLock() == null) {
                    lockFile.close();
                    throw new IOException(path + " is locked by another process");
                }
                List<Path> segments = new ArrayList<>();
                List<Path> folders = new ArrayList<>();
                for (Path other : foldersIn(root)) {
                    if (!other.equals(path)) {
                        takeOver(other, path, segments, folders);
                    }
                }
                PrivateFiles.forceFolder(path);
                Collections.sort(segments); // By the time at which their servers had started.
                return new SpoolFolder(path, String.format("%014d-%.8s", nowMillis, run), lockFile, segments, folders);
            }
        }
    }

    /** What has to be said about a ledger whose server does not run; null for nothing. */
    static String note(Path ledger) {
        try (Stream<Path> files = Files.walk(ledger.resolve(ROOT), 2)) {
            return files.anyMatch(file -> file.toString().endsWith(SUFFIX))
                    ? "records of the server's last run wait in " + ledger.resolve(ROOT)
                            + "; it puts them into the ledger when it starts"
                    : null;
        } catch (IOException | UncheckedIOException e) {
            return null; // No spool.
        }
    }

    Path path() {
        return path;
    }

    /** Of servers that have died, now in this folder; oldest first. */
    List<Path> segmentsLeft() {
        return segmentsLeft;
    }

    /** The servers that have died. */
    List<UUID> runsLost() {
        return foldersLeft.stream()
                .map(folder -> UUID.fromString(folder.getFileName().toString()))
                .toList();
    }

    /** It is on record that they have died. */
    void forgetRunsLost() throws IOException {
        for (Path folder : foldersLeft) {
            Files.deleteIfExists(folder.resolve(LOCK));
            Files.deleteIfExists(folder);
        }
    }

    Path newSegment(int number) {
        return path.resolve(String.format("%s-%08d%s", segmentPrefix, number, SUFFIX));
    }

    /** @param empty that nothing is left for the next server */
    void close(boolean empty) throws IOException {
        if (empty) {
            Files.deleteIfExists(path.resolve(LOCK));
        }
        lockFile.close();
        if (empty) {
            Files.deleteIfExists(path);
        }
    }

    /** The folder stays until its server's death is on record, with nothing in it. */
    private static void takeOver(Path other, Path path, List<Path> segments, List<Path> folders) throws IOException {
        try (FileChannel lockFile = openLock(other);
                FileLock lock = lockFile.tryLock()) {
            if (lock == null) {
                return; // Alive.
            }
            try (DirectoryStream<Path> left = Files.newDirectoryStream(other, "*" + SUFFIX)) {
                for (Path segment : left) {
                    segments.add(
                            Files.move(segment, path.resolve(segment.getFileName()), StandardCopyOption.ATOMIC_MOVE));
                }
            }
            folders.add(other);
        } catch (OverlappingFileLockException e) {
            assert Files.exists(other) : other; // Alive, in this very process.
        }
    }

    private static List<Path> foldersIn(Path root) throws IOException {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(root)) {
            for (Path path : all) {
                if (Files.isDirectory(path) && isUuid(path.getFileName().toString())) {
                    folders.add(path);
                }
            }
        } catch (NotDirectoryException e) {
            throw new IOException(root + " is not a folder", e);
        }
        return folders;
    }

    private static boolean isUuid(String name) {
        try {
            return UUID.fromString(name).toString().equals(name);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static FileChannel openLock(Path folder) throws IOException {
        return FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
}
