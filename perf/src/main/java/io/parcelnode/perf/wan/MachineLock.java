package io.parcelnode.perf.wan;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One measurement at a time on a machine: two of them would measure each other. */
public final class MachineLock implements AutoCloseable {
    private static final String FILE = "parcel-perf-wan.lock";

    private final FileChannel channel;

    public static MachineLock take(Path folder, PrintStream notes) throws IOException, InterruptedException {
        Path file = folder.resolve(FILE);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            notes.println("Another measurement is running (it holds " + file + "); waiting for its end ...");
            await(channel);
        }
        return new MachineLock(channel);
    }

    private static void await(FileChannel channel) throws IOException, InterruptedException {
        try {
            channel.lock();
        } catch (FileLockInterruptionException e) {
            throw new InterruptedException();
        }
    }

    private MachineLock(FileChannel channel) {
        this.channel = channel;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
