package io.parcelnode.node.get;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Finds what earlier runs have left of a file, by its id: the name it was told is in the journal. Not thread-safe. */
final class Journals {
    private final Path folder;
    private final Map<Path, Map<String, JournalContent>> byFolderAndId = new HashMap<>();

    Journals(Path folder) {
        this.folder = folder;
    }

    /** Null if there is nothing to go on from. */
    JournalContent find(String id) {
        try {
            Path parent = folder.resolve(id).getParent();
            return byFolderAndId.computeIfAbsent(parent, Journals::readAll).get(id);
        } catch (InvalidPathException e) {
            return null; // No file of that id can be here.
        }
    }

    private static Map<String, JournalContent> readAll(Path parent) {
        Map<String, JournalContent> found = new HashMap<>();
        try (DirectoryStream<Path> journals = Files.newDirectoryStream(parent, "*" + Journal.SUFFIX)) {
            for (Path path : journals) {
                read(path, found);
            }
        } catch (IOException | DirectoryIteratorException e) {
            return found; // No folder yet, or not for us to read: then these files start anew.
        }
        return found;
    }

    private static void read(Path path, Map<String, JournalContent> found) {
        try {
            JournalContent content = JournalContent.read(path);
            boolean known = content != null
                    && content.identity().isCertain()
                    && PartFile.journalOf(content.target()).equals(path);
            if (known && Files.isRegularFile(PartFile.partOf(content.target()))) {
                found.put(content.id(), content);
            } else if (known) {
                // The part got its name, and then the process was ended.
                Files.deleteIfExists(path);
            }
        } catch (IOException | InvalidPathException e) {
            return; // Another process may just have finished that file. The others' journals count all the same.
        }
    }
}
