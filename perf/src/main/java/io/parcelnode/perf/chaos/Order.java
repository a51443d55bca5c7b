package io.parcelnode.perf.chaos;

import io.parcelnode.perf.chaos.ChaosPlan.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a client is asked for.
 *
 * @param promises whether a manifest says which content is wanted
 * @param version of the large file that the manifest promises
 * @param arguments for the command line
 */
record Order(Set<Item> items, boolean promises, int version, List<String> arguments) {
    private static final String HEADER = "id\tfilename\tmd5\tsize\tstate";

    /** Everything that the plan names, some of it twice; what a manifest promises is what the endpoint has now. */
    static Order all(ChaosPlan plan, EndpointContents contents, Path file) throws IOException {
        List<Item> rows = new ArrayList<>(plan.items());
        rows.add(Item.SMALL);
        rows.add(Item.LARGE);
        boolean promises = plan.form() == Form.MANIFEST;
        List<String> arguments;
        if (plan.form() == Form.IDS) {
            arguments = rows.stream().map(Item::id).toList();
        } else {
            List<String> lines = new ArrayList<>(List.of(promises ? HEADER : "# One a line.", ""));
            rows.forEach(item -> lines.add(promises ? row(item, contents) : item.id()));
            Files.write(file, lines);
            arguments = List.of("--manifest", file.toString());
        }
        return new Order(plan.items(), promises, contents.version(Item.LARGE), arguments);
    }

    /** What a client that had this order has listed as failed. */
    Order fedBack(Path failed) throws IOException {
        return new Order(idsIn(failed), promises, version, List.of("--manifest", failed.toString()));
    }

    /** Whether the large file is promised to be what it is no more. */
    boolean isOutdated(EndpointContents contents) {
        return promises && version != contents.version(Item.LARGE);
    }

    Set<String> ids() {
        return items.stream().map(Item::id).collect(Collectors.toSet());
    }

    /** What a manifest that {@code get --failed} has written asks for. */
    static Set<Item> idsIn(Path manifest) throws IOException {
        Set<Item> items = EnumSet.noneOf(Item.class);
        for (String line : Files.readAllLines(manifest)) {
            if (!line.equals(HEADER)) {
                items.add(Item.of(line.split("\t", -1)[0]));
            }
        }
        return items;
    }

    private static String row(Item item, EndpointContents contents) {
        byte[] content = contents.current(item);
        boolean lies = item == Item.WRONG_SMALL || item == Item.WRONG_LARGE;
        String md5 = lies ? Digests.md5Hex(new byte[] {(byte) item.ordinal()}) : Digests.md5Hex(content);
        int sizeBytes = content.length + (item == Item.WRONG_SIZE ? 1 : 0);
        return String.join("\t", item.id(), item.id() + ".bam", md5, String.valueOf(sizeBytes), "released");
    }
}
