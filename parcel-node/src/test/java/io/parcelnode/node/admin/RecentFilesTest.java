package io.parcelnode.node.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentFilesTest {
    @Test
    void keepsTheLatestAndNoMore() {
        RecentFiles recent = new RecentFiles(3);
        IntStream.range(0, 10).forEach(i -> recent.add(entry("f" + i, "10.0.0." + i, RecentFile.COMPLETE)));
        RecentFiles.Found found = recent.find(new RecentFiles.Filter("", "", Set.of(), 2));
        assertEquals(3, found.matching());
        assertEquals(
                "[f9, f8]",
                found.entries().stream().map(RecentFile::file).toList().toString());
    }

    private static RecentFile entry(String file, String client, String result) {
        return new RecentFile(1, 2, file, client, 10, 10, result, null, 0, null);
    }
}
