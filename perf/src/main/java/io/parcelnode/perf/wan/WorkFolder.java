package io.parcelnode.perf.wan;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.SplittableRandom;

/** Files of a measurement: in memory where there is room for them, so that no disk takes part. Gone when closed. */
public final class WorkFolder implements AutoCloseable {
    private static final Path MEMORY = Path.of("/dev/shm");

    /** Tmpfs takes from the memory that the programs need as well: the file, its copy, and twice that to spare. */
    private static final int ROOM_FACTOR = 6;

    private static final int BLOCK_BYTES = 1 << 20;
    private static final String FILE = "data.bin";

    private final Path root;
    private int scratchCount;

    public static WorkFolder create(long bytesMax) throws IOException {
        Path temp = Path.of(System.getProperty("java.io.tmpdir"));
        Path parent = hasRoom(MEMORY, bytesMax) && availableMemory() / ROOM_FACTOR > bytesMax ? MEMORY : temp;
        return new WorkFolder(Files.createTempDirectory(parent, "parcel-perf-wan-"));
    }

    private static boolean hasRoom(Path folder, long bytes) throws IOException {
        return Files.isWritable(folder) && Files.getFileStore(folder).getUsableSpace() / ROOM_FACTOR > bytes;
    }

    private static long availableMemory() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemAvailable:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1_024;
            }
        }
        return 0;
    }

    private WorkFolder(Path root) {
        this.root = root;
    }

    /** The one file of a folder of its own, of random bytes, which no layer below can make less of. */
    Path dataFile(long bytes) throws IOException {
        Path file = Files.createDirectories(root.resolve("served")).resolve(FILE);
        if (Files.exists(file) && Files.size(file) == bytes) {
            return file;
        }
        SplittableRandom random = new SplittableRandom(bytes);
        byte[] block = new byte[BLOCK_BYTES];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = bytes; left > 0; left -= block.length) {
                random.nextBytes(block);
                out.write(block, 0, (int) Math.min(left, block.length));
            }
        }
        return file;
    }

    public Path newScratch() throws IOException {
        return Files.createDirectory(root.resolve("run" + ++scratchCount));
    }

    public static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE; // A program that is just ending has removed it.
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Override
    public void close() {
        try {
            if (Files.exists(root)) {
                delete(root);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + root, e);
        }
    }
}
