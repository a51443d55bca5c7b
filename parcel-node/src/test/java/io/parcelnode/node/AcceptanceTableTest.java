package io.parcelnode.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of what users demand names tests that are there, and leaves out no row. */
class AcceptanceTableTest {
    private static final Path ROOT = Path.of("..");
    private static final Path TABLE = ROOT.resolve("docs/acceptance.md");
    private static final Pattern ROW = Pattern.compile("^\\| ([CD]\\d+) \\|");
    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (String line : Files.readAllLines(TABLE)) {
            Matcher test = TEST.matcher(line);
            while (test.find()) {
                named++;
                if (!isThere(test.group(1), test.group(2))) {
                    missing.add(test.group());
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(named > 60, "only " + named + " tests are named in " + TABLE.toRealPath());
    }

    @Test
    void everyRowNamesATestOrSaysThatThereIsNoneYet() throws IOException {
        Set<String> expected = new LinkedHashSet<>();
        for (int i = 1; i <= 12; i++) {
            expected.add("C" + i);
        }
        for (int i = 1; i <= 30; i++) {
            expected.add("D" + i);
        }
        Set<String> rows = new LinkedHashSet<>();
        for (String line : Files.readAllLines(TABLE)) {
            Matcher row = ROW.matcher(line);
            if (row.find()) {
                rows.add(row.group(1));
                assertTrue(TEST.matcher(line).find() || line.contains("not yet: "), line);
            }
        }
        assertEquals(expected, rows);
    }

    private static boolean isThere(String className, String method) throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> sources = Files.walk(tests)) {
                    for (Path source : sources.filter(path -> path.endsWith(className + ".java"))
                            .toList()) {
                        if (isTest(Files.readString(source), method)) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    private static boolean isTest(String source, String method) {
        return Pattern.compile("@(Test|ParameterizedTest)\\b[^;{}]*(\\{[^;]*\\})?[^;{}]*\\bvoid " + method + "\\(")
                .matcher(source)
                .find();
    }
}
