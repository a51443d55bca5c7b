package io.parcelnode.perf.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Looks at what clients have made of their target folder. */
final class TargetFolder {
    private static final int BLOCK_BYTES = 4_096;

    private final Path folder;
    private final EndpointContents contents;

    TargetFolder(Path folder, EndpointContents contents) {
        this.folder = folder;
        this.contents = contents;
    }

    /** Of the large file. */
    Path part() {
        return folder.resolve(Item.LARGE.id() + ".part");
    }

    /** Of the large file. */
    Path journal() {
        return folder.resolve(Item.LARGE.id() + ".part.journal");
    }

    /** Blocks of the large file's part that hold what the endpoint has; -1 without a part. */
    long hereBytes() throws IOException {
        return Files.exists(part()) ? contents.equalBytes(Files.readAllBytes(part()), BLOCK_BYTES) : -1;
    }

    /** What has its final name, in an order that does not depend on the system. */
    List<Path> finished() throws IOException {
        return files(false);
    }

    /** What is on its way, or was. */
    List<Path> unfinished() throws IOException {
        return files(true);
    }

    /** A sentence for each file under a final name that no file of the endpoint ever was. */
    List<String> wrongOnes(FinishedDamage damage) throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : finished()) {
            byte[] content = Files.readAllBytes(file);
            if (!damage.isOurs(content)
                    && itemsOf(file).stream().noneMatch(item -> contents.versionOf(item, content) >= 0)) {
                wrong.add("WRONG CONTENT under the final name " + folder.relativize(file));
            }
        }
        return wrong;
    }

    /** Whether every file of these that can be had is there, as the endpoint has it now. */
    boolean isAllThere(Set<Item> items) throws IOException {
        List<Path> finished = finished();
        for (Item item : items) {
            boolean there = !item.isGood();
            for (Path file : finished) {
                there = there
                        || itemsOf(file).contains(item)
                                && contents.versionOf(item, Files.readAllBytes(file)) == contents.version(item);
            }
            if (!there) {
                return false;
            }
        }
        return true;
    }

    /** Which files may have that name. */
    private List<Item> itemsOf(Path file) {
        String name = folder.relativize(file).toString();
        return Stream.of(Item.values())
                .filter(Item::isGood)
                .filter(item -> name.equals(item.id())
                        || item.hasNamesake() && name.startsWith(Item.NAME_OF_BOTH)
                        || item.hasNamesake() && name.startsWith(item.id() + '.'))
                .toList();
    }

    private List<Path> files(boolean unfinished) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().equals(SmallDisk.FILLER))
                    .filter(file -> file.getFileName().toString().contains(".part") == unfinished)
                    .sorted()
                    .toList();
        }
    }
}
