package io.parcelnode.node.get;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Gives a finished file a second name: a hard link, or a copy where the file system has none. */
final class SecondName {
    private SecondName() {}

    static void give(Path file, Path name) throws LocalDiskException {
        // The lock of a part file keeps others away from the name.
        try (PartFile part = PartFile.open(name)) {
            if (Files.exists(name) && Files.isSameFile(file, name)) {
                part.discard();
                return;
            }
            Path way = PartFile.partOf(name);
            Files.deleteIfExists(way);
            try {
                Files.createLink(way, file);
            } catch (IOException | UnsupportedOperationException e) {
                copy(file, way);
            }
            Files.move(way, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (LocalDiskException e) {
            throw e;
        } catch (IOException e) {
            throw new LocalDiskException("link " + file + " to", name, e);
        }
    }

    private static void copy(Path file, Path way) throws IOException {
        Files.copy(file, way, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel channel = FileChannel.open(way, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
