package io.parcelnode.perf.chaos;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk in memory that can be filled; where the system does not let us mount one, an ordinary folder. */
final class SmallDisk implements Closeable {
    static final String FILLER = "filler";
    private static final int UNMOUNT_ATTEMPTS = 1_200;
    private static final long UNMOUNT_PAUSE_MS = 50;

    private final Path folder;
    private final boolean mounted;

    SmallDisk(Path folder, long sizeBytes) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder);
        mounted = execute("mount", "-t", "tmpfs", "-o", "size=" + sizeBytes, "tmpfs", folder.toString());
    }

    /** Whether there can be one here; asks by making one. */
    static boolean isPossible(Path where) throws IOException, InterruptedException {
        try (SmallDisk disk = new SmallDisk(where, 1 << 20)) {
            return disk.mounted;
        }
    }

    Path folder() {
        return folder;
    }

    void fill() {
        if (!mounted) {
            return;
        }
        try (var out = Files.newOutputStream(folder.resolve(FILLER))) {
            byte[] zeros = new byte[1 << 16];
            while (true) {
                out.write(zeros);
            }
        } catch (IOException e) {
            return; // Now it is full.
        }
    }

    void makeRoom() throws IOException {
        Files.deleteIfExists(folder.resolve(FILLER));
    }

    @Override
    public void close() throws IOException {
        try {
            for (int attempt = 1; mounted && !execute("umount", folder.toString()); attempt++) {
                if (attempt == UNMOUNT_ATTEMPTS) {
                    throw new IOException("cannot unmount " + folder);
                }
                // A process that another thread is starting holds, for a moment, all that this one has open.
                Thread.sleep(UNMOUNT_PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean execute(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // There is no such command.
        }
    }
}
