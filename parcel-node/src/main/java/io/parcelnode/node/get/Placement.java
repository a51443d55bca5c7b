package io.parcelnode.node.get;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides where a file is stored: under the sub-folders that its id names, with the name that the server tells if that
 * is a plain name, else with the id's own. The server cannot hide a file that way, nor replace one that has nothing to
 * do with the id. No two files of a run get one path, and none leaves the target folder. Thread-safe.
 */
final class Placement {
    private final Path folder;
    private final Set<Path> taken = new HashSet<>();
    private final Map<String, Path> claimed = new HashMap<>();
    /** Told names that nobody had when they were given out. */
    private final Set<Path> freeNames = new HashSet<>();

    Placement(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    Path folder() {
        return folder;
    }

    /** An earlier run has put the file of that id there; it stays its place, if nobody else has it. */
    synchronized void claim(String id, Path path) {
        if (path.startsWith(folder)
                && !isTaken(path)
                && !isAnothersPart(path, id)
                && claimed.putIfAbsent(id, path) == null) {
            take(path);
        }
    }

    /** @param id one that {@code FileIds} accepts */
    synchronized Path place(String id, String toldName) {
        Path known = claimed.get(id);
        if (known != null) {
            return known;
        }
        Path byId = folder.resolve(id);
        Path byName = isPlainName(toldName) ? byId.resolveSibling(toldName) : byId;
        Path path = isTaken(byName) || isAnothers(byName, byId) || isAnothersPart(byName, id) ? byId : byName;
        for (int number = 2; isTaken(path) || isAnothersPart(path, id); number++) {
            path = byId.resolveSibling(byId.getFileName() + "." + number);
        }
        take(path);
        if (path.equals(byName) && !path.equals(byId)) {
            freeNames.add(path);
        }
        return path;
    }

    /**
     * Another process may have given the name to a file that has nothing to do with ours. To be called once the part file is
     * locked: nobody else can do so from then on.
     */
    synchronized void requireStillFree(Path path) throws LocalDiskException {
        if (freeNames.contains(path) && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new LocalDiskException("another download has just finished another file as " + path
                    + "; start again, and this one goes beside it");
        }
    }

    /** A link within the target may lead out of it: what an id names must not be written there. */
    void requireInside(Path path) throws LocalDiskException {
        Path parent = path.getParent();
        while (!Files.exists(parent, LinkOption.NOFOLLOW_LINKS) && !parent.equals(folder)) {
            parent = parent.getParent();
        }
        try {
            if (!parent.equals(folder) && !parent.toRealPath().startsWith(folder.toRealPath())) {
                throw new LocalDiskException(
                        "cannot write " + path + ": " + parent + " is a link that leads out of the target folder");
            }
        } catch (LocalDiskException e) {
            throw e;
        } catch (IOException e) {
            throw new LocalDiskException("write", path, e);
        }
    }

    private void take(Path path) {
        taken.addAll(namesOf(path));
    }

    /** A file keeps clear of the others' part files and journals, too. */
    private boolean isTaken(Path path) {
        return namesOf(path).stream().anyMatch(taken::contains);
    }

    private static List<Path> namesOf(Path path) {
        return List.of(path, PartFile.partOf(path), PartFile.journalOf(path), PartFile.linkOf(path));
    }

    private static boolean isAnothers(Path byName, Path byId) {
        return !byName.equals(byId) && Files.exists(byName, LinkOption.NOFOLLOW_LINKS);
    }

    /** What an earlier run, or another process, has fetched of a file that is told to have the same name. */
    private static boolean isAnothersPart(Path path, String id) {
        try {
            JournalContent journal = JournalContent.read(PartFile.journalOf(path));
            return journal != null
                    && !journal.id().equals(id)
                    && Files.exists(PartFile.partOf(path), LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return true; // Whatever it is, it is not for us to write to.
        }
    }

    private static boolean isPlainName(String name) {
        return !name.isBlank()
                && !name.startsWith(".")
                && name.getBytes(StandardCharsets.UTF_8).length <= PartFile.NAME_MAX_BYTES
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
    }
}
