package io.parcelnode.perf.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Does to finished files what people, other programs and disks do to them, and knows its own work again. */
final class FinishedDamage {
    private static final int REPLACEMENT_MAX_BYTES = 100_000;

    private final SplittableRandom random;
    private final PartDamage bits;
    private final Set<String> made = new HashSet<>();

    FinishedDamage(SplittableRandom random) {
        this.random = random;
        bits = new PartDamage(random.split());
    }

    /** Takes one of the files; false if there is none, or if that fault is none of finished files. */
    boolean happen(Fault fault, List<Path> finished) throws IOException {
        if (finished.isEmpty()) {
            return false;
        }
        Path file = finished.get(random.nextInt(finished.size()));
        switch (fault) {
            case FINISHED_GONE -> {
                Files.delete(file);
                return true;
            }
            case FINISHED_WRITTEN -> bits.flip(file);
            case FINISHED_ROTTEN -> {
                FileTime changed = Files.getLastModifiedTime(file);
                bits.flip(file);
                Files.setLastModifiedTime(file, changed);
            }
            case FINISHED_REPLACED -> {
                boolean sameSize = random.nextBoolean();
                byte[] other = new byte[sameSize ? (int) Files.size(file) : random.nextInt(REPLACEMENT_MAX_BYTES)];
                random.nextBytes(other);
                Files.delete(
                        file); // Another file of that name, not another content of this one and of its second names.
                Files.write(file, other);
            }
            default -> {
                return false;
            }
        }
        made.add(Digests.md5Hex(Files.readAllBytes(file)));
        return true;
    }

    /** Whether this is what we have made of a file. */
    boolean isOurs(byte[] content) {
        return made.contains(Digests.md5Hex(content));
    }
}
