package io.parcelnode.node.get;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Gives a finished file a second name: a hard link, or a copy where the file system has none. */
final class SecondName {
    private static final int BUFFER_BYTES = 1 << 18;

    /** Makes {@code way} another name of {@code file}; false where that cannot be. */
    interface Linker {
        boolean link(Path file, Path way) throws IOException;
    }

    private SecondName() {}

    static void give(Path file, Path name) throws LocalDiskException {
        give(file, name, SecondName::link);
    }

    static void give(Path file, Path name, Linker linker) throws LocalDiskException {
        // The lock of a part file keeps others away from the name.
        try (PartFile part = PartFile.open(name)) {
            if (Files.exists(name) && Files.isSameFile(file, name)) {
                part.discard();
                return;
            }
            // Not by way of the part: after a kill the next run would write into it, and so into the finished file.
            Path way = PartFile.linkOf(name);
            Files.deleteIfExists(way);
            if (linker.link(file, way)) {
                Files.move(way, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                part.discard();
            } else {
                part.truncate();
                part.settle(copy(file, part));
                part.finish();
            }
        } catch (LocalDiskException e) {
            throw e;
        } catch (IOException e) {
            throw new LocalDiskException("link " + file + " to", name, e);
        }
    }

    static boolean link(Path file, Path way) {
        try {
            Files.createLink(way, file);
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static long copy(Path file, PartFile part) throws IOException {
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            long at = 0;
            for (int length = from.read(buffer); length >= 0; length = from.read(buffer.clear())) {
                part.write(buffer.flip(), at);
                at += length;
            }
            return at;
        }
    }
}
