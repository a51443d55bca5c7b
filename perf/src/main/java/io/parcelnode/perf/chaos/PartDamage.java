package io.parcelnode.perf.chaos;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Damages files between two attempts, as a disk or a power cut would. */
final class PartDamage {
    private final SplittableRandom random;

    PartDamage(SplittableRandom random) {
        this.random = random;
    }

    /** Flips one bit; false if there is no byte. */
    boolean flip(Path file) throws IOException {
        if (isEmpty(file)) {
            return false;
        }
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            long at = random.nextLong(open.length());
            open.seek(at);
            int value = open.read();
            open.seek(at);
            open.write(value ^ 1 << random.nextInt(8));
        }
        return true;
    }

    /** Takes the end away; false if there is no byte. */
    boolean cut(Path file) throws IOException {
        if (isEmpty(file)) {
            return false;
        }
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(random.nextLong(open.length()));
        }
        return true;
    }

    private static boolean isEmpty(Path file) throws IOException {
        return !Files.exists(file) || Files.size(file) == 0;
    }
}
