package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeFileTest {
    private static final ObjectIdentity TOO_LARGE = new ObjectIdentity(Long.MAX_VALUE / 2, "v", null, null);

    @TempDir
    Path folder;

    /** A list of thousands of files, and a disk that has room for none of them. */
    @Test
    void whatHasNoRoomLeavesNothingBehindOnTheDiskNorOpen() throws Exception {
        for (int i = 0; i < 10; i++) {
            PartFile part = PartFile.open(folder.resolve("x" + i));
            assertThrows(LocalDiskException.class, () -> LargeFile.create(part, "x", TOO_LARGE));
            part.discardQuietly();
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
        Path descriptors = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(descriptors), "this system does not tell which files are open");
        try (Stream<Path> open = Files.list(descriptors)) {
            assertEquals(
                    List.of(),
                    open.map(LargeFileTest::linked)
                            .filter(file -> file.contains(folder.toString()))
                            .toList());
        }
    }

    private static String linked(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // Closed meanwhile.
        }
    }
}
