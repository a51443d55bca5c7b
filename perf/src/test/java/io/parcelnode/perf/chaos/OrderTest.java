package io.parcelnode.perf.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.perf.chaos.ChaosPlan.Form;
import io.parcelnode.perf.chaos.ChaosPlan.TokenWay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderTest {
    private static final Set<Item> ALL = EnumSet.allOf(Item.class);

    private final EndpointContents contents = new EndpointContents(100_000, 1);

    @TempDir
    Path folder;

    @Test
    void aManifestPromisesWhatTheEndpointHasAndLiesWhereItIsToLie() throws Exception {
        Path file = folder.resolve("manifest");
        Order order = Order.all(plan(Form.MANIFEST), contents, file);
        Map<Item, List<String>> rows = Files.readAllLines(file).stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .distinct()
                .map(line -> List.of(line.split("\t")))
                .collect(Collectors.toMap(row -> Item.of(row.get(0)), row -> row));

        assertTrue(order.promises());
        assertEquals(ALL, rows.keySet());
        for (Item item : ALL) {
            List<String> row = rows.get(item);
            byte[] content = contents.current(item);
            boolean right =
                    row.get(2).equals(Digests.md5Hex(content)) && row.get(3).equals("" + content.length);
            assertEquals(!item.isWrongInManifests(), right, item.name());
        }
        assertEquals(
                rows.get(Item.LARGE).subList(2, 5), rows.get(Item.LARGE_TWIN).subList(2, 5));
    }

    @Test
    void everyFormNamesEverythingAndSomeOfItTwice() throws Exception {
        for (Form form : Form.values()) {
            Path file = folder.resolve(form.name());
            Order order = Order.all(plan(form), contents, file);
            List<String> names = form == Form.IDS ? order.arguments() : Files.readAllLines(file);
            assertEquals(
                    2,
                    names.stream()
                            .filter(name -> name.split("\t")[0].equals(Item.SMALL.id()))
                            .count());
            assertEquals(ALL, order.items());
        }
    }

    @Test
    void whatHasFailedIsTheNextOrder() throws Exception {
        Order order = Order.all(plan(Form.MANIFEST), contents, folder.resolve("manifest"));
        Path failed = Files.writeString(folder.resolve("failed"), "id\tfilename\tmd5\tsize\tstate\nlarge\t\t\t\t\n");
        Order next = order.fedBack(failed);

        assertEquals(EnumSet.of(Item.LARGE), next.items());
        assertFalse(next.isOutdated(contents));
        contents.change();
        assertTrue(next.isOutdated(contents));
        assertNotEquals(-1, contents.versionOf(Item.LARGE_TWIN, contents.current(Item.LARGE)));
    }

    private static ChaosPlan plan(Form form) {
        return new ChaosPlan(1, 100_000, form, ALL, TokenWay.NONE, false, List.of());
    }
}
