package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTest {
    private static final Path FOLDER = Path.of("target").toAbsolutePath();

    private final Placement placement = new Placement(FOLDER);

    @Test
    void takesTheNameThatTheServerTellsUnderTheFoldersOfTheId() {
        assertEquals(FOLDER.resolve("a.bam"), placement.place("id-1", "a.bam"));
        assertEquals(FOLDER.resolve("x/y/b.bam"), placement.place("x/y/id-2", "b.bam"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", ".", "..", "../x", "/etc/passwd", "a/b", "a\\b", "a\nb", "a\u0000", ".bashrc", "..."})
    void takesTheIdWhenTheToldNameIsNoPlainName(String told) {
        assertEquals(FOLDER.resolve("x/id"), placement.place("x/id", told));
    }

    /** A server could otherwise replace whatever it knows the name of. */
    @Test
    void aFileThatIsThereIsReplacedOnlyByItsOwnId(@TempDir Path folder) throws Exception {
        Files.createFile(folder.resolve("precious"));
        Placement inFolder = new Placement(folder);

        assertEquals(folder.resolve("id"), inFolder.place("id", "precious"));
        assertEquals(folder.resolve("precious"), inFolder.place("precious", "precious"));
    }

    @Test
    void givesNoTwoFilesOnePath() {
        Set<Path> paths = new HashSet<>();
        String[][] idsAndNames = {
            {"a", "same"}, {"b", "same"}, {"c", "b"}, {"same", "same"}, {"same", "b"}, {"d/same", "same"}
        };
        for (String[] file : idsAndNames) {
            assertTrue(paths.add(placement.place(file[0], file[1])), file[0]);
        }
    }

    /** Otherwise the finished {@code x.part} would be taken for the beginning of {@code x}. */
    @Test
    void keepsAFileApartFromAnothersPartFile() {
        Path first = placement.place("x", "x");
        Path second = placement.place("x.part", "x.part");
        assertTrue(!second.equals(Path.of(first + ".part")), second.toString());

        Path third = placement.place("y.part", "y.part");
        Path fourth = placement.place("y", "y");
        assertTrue(!third.equals(Path.of(fourth + ".part")), fourth.toString());
    }

    /** Row D20: the second of two ids whose files are told to have one name must not start over what the first has. */
    @Test
    void keepsClearOfWhatAnEarlierRunHasFetchedForAnotherId(@TempDir Path folder) throws Exception {
        part(folder.resolve("reads.bam"), "first");
        part(folder.resolve("second"), "third");
        Placement inFolder = new Placement(folder);

        inFolder.claim("fourth", folder.resolve("reads.bam"));
        assertEquals(folder.resolve("fourth"), inFolder.place("fourth", "reads.bam"));
        assertEquals(folder.resolve("second.2"), inFolder.place("second", "reads.bam"));
        assertEquals(folder.resolve("reads.bam"), inFolder.place("first", "reads.bam"));
    }

    private static void part(Path target, String id) throws Exception {
        PartFile.open(target).close();
        Journal.create(
                        PartFile.journalOf(target),
                        target.getFileName().toString(),
                        id,
                        new ObjectIdentity(10, "v", null, null))
                .close();
    }
}
