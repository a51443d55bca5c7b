package io.parcelnode.node.get;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Decides where a file is stored: under the sub-folders that its id names, with the name that the server tells if that
 * is a plain name, else with the id's own. The server cannot hide a file that way, nor replace one that has nothing to
 * do with the id. No two files of a run get one path. Thread-safe.
 */
final class Placement {
    private final Path folder;
    private final Set<Path> taken = new HashSet<>();

    Placement(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** @param id one that {@code FileIds} accepts */
    synchronized Path place(String id, String toldName) {
        Path byId = folder.resolve(id);
        Path byName = isPlainName(toldName) ? byId.resolveSibling(toldName) : byId;
        Path path = isTaken(byName) || isAnothers(byName, byId) ? byId : byName;
        for (int number = 2; isTaken(path); number++) {
            path = byId.resolveSibling(byId.getFileName() + "." + number);
        }
        taken.add(path);
        taken.add(PartFile.partOf(path));
        return path;
    }

    /** A file keeps clear of the others' part files, too. */
    private boolean isTaken(Path path) {
        return taken.contains(path) || taken.contains(PartFile.partOf(path));
    }

    private static boolean isAnothers(Path byName, Path byId) {
        return !byName.equals(byId) && Files.exists(byName, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isPlainName(String name) {
        return !name.isBlank()
                && !name.startsWith(".")
                && name.getBytes(StandardCharsets.UTF_8).length <= PartFile.NAME_MAX_BYTES
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
    }
}
