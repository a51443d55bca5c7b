package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecondNameTest {
    @TempDir
    Path folder;

    private Path finished;

    @BeforeEach
    void finish() throws Exception {
        finished = Files.writeString(folder.resolve("first"), "content");
    }

    @Test
    void isALinkAndReplacesAnOlderFile() throws Exception {
        Path older = Files.writeString(folder.resolve("older"), "old");

        SecondName.give(finished, folder.resolve("second"), SecondName::link);
        SecondName.give(finished, older, SecondName::link);
        SecondName.give(finished, older, SecondName::link);

        assertTrue(Files.isSameFile(finished, folder.resolve("second")));
        assertTrue(Files.isSameFile(finished, older));
        assertEquals(List.of("first", "older", "second"), names());
    }

    /** A kill may come between any two steps: a part that is the finished file would be emptied by the next run. */
    @Test
    void thePartIsNeverTheFinishedFile() throws Exception {
        SecondName.Linker killed = (file, way) -> {
            SecondName.link(file, way);
            assertFalse(way.equals(PartFile.partOf(folder.resolve("second"))), way::toString);
            throw new IllegalStateException("killed");
        };
        assertThrows(IllegalStateException.class, () -> SecondName.give(finished, folder.resolve("second"), killed));

        PartFile.create(folder.resolve("second")).close();
        assertEquals("content", Files.readString(finished));
        Files.delete(PartFile.partOf(folder.resolve("second")));

        SecondName.give(finished, folder.resolve("second"), SecondName::link);
        assertEquals(List.of("first", "second"), names());
    }

    /** Somebody else who wants that name must not write into the copy. */
    @Test
    void aCopyIsMadeUnderTheLockOfItsPart() throws Exception {
        Path second = folder.resolve("second");
        SecondName.give(finished, second, (file, way) -> {
            assertThrows(LocalDiskException.class, () -> PartFile.create(second));
            return false;
        });

        assertEquals("content", Files.readString(second));
        assertFalse(Files.isSameFile(finished, second));
        assertEquals(List.of("first", "second"), names());
    }

    private List<String> names() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
