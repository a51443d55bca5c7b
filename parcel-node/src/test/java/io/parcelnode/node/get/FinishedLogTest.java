package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class FinishedLogTest {
    @TempDir
    Path folder;

    private Path file;
    private FinishedLog log;

    @BeforeEach
    void open() {
        file = folder.resolve("finished/x.jsonl");
        log = new FinishedLog(file, 1_000);
    }

    @Test
    void dropsWhatIsSupersededOnceThatIsMost() throws Exception {
        for (int round = 0; round < 20; round++) {
            for (String id : List.of("a", "b\n\u00fc", "c")) {
                log.append(line(id, round));
            }
        }
        long before = Files.size(file);
        assertEquals(60, read("a", "b\n\u00fc", "c").size(), "they are handed out as they stood there");

        assertTrue(Files.size(file) < before / 10, "left are " + Files.size(file) + " of " + before);
        List<String> last = List.of(line("a", 19), line("b\n\u00fc", 19), line("c", 19));
        assertEquals(last, read("a", "b\n\u00fc", "c"));
        assertEquals(last, Files.readAllLines(file));
        assertEquals(List.of(file.getFileName()), names());
    }

    @Test
    void leavesAloneWhatMostlyCountsAndWhatIsSmall() throws Exception {
        for (int i = 0; i < 100; i++) {
            log.append(line("id-" + i / 2 * 2 + (i % 4 == 0 ? "" : "x"), i));
        }
        byte[] before = Files.readAllBytes(file);
        read("id-0");
        assertEquals(before.length, Files.size(file));

        FinishedLog small = new FinishedLog(folder.resolve("small"), 1_000);
        for (int i = 0; i < 10; i++) {
            small.append(line("a", i));
        }
        long size = Files.size(small.file());
        small.read(id -> true, one -> {});
        assertEquals(size, Files.size(small.file()));
    }

    /** A power cut, or a crash in the middle of that. */
    @Test
    void whatIsCutOffOrLeftOverHarmsNothing() throws Exception {
        for (int i = 0; i < 100; i++) {
            log.append(line("a", i));
        }
        byte[] whole = Files.readAllBytes(file);
        Files.write(folder.resolve("finished/x.jsonl.new"), "half of one that was never finish".getBytes());
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 7));
        Files.write(file, new byte[] {(byte) 0xC3, 0, '\n', '{', '}', '\n'}, StandardOpenOption.APPEND);
        log.append(line("b", 1));

        assertEquals(99, read("a").size());
        assertEquals(List.of(line("a", 98)), read("a"));
        assertEquals(List.of(line("b", 1)), read("b"));
        assertEquals(List.of(file.getFileName()), names());
    }

    @Test
    void handsOutWhatIsWantedOnly() throws Exception {
        log.append(line("a", 1));
        log.append(line("b", 2));
        assertEquals(List.of(line("b", 2)), read("b"));
        assertEquals(List.of(), read("c"));
        new FinishedLog(folder.resolve("absent")).read(id -> true, one -> assertFalse(true, "nothing is there"));
    }

    @Test
    void noLineIsLostWhileOthersAppendAndDropWhatIsSuperseded() throws Exception {
        int writers = 4;
        int lines = 300;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                String name = "w" + writer + '-';
                running.add(threads.submit(() -> {
                    FinishedLog own = new FinishedLog(file, 1_000);
                    for (int i = 0; i < lines; i++) {
                        own.append(line(name + i % 5, i));
                        if (i % 50 == 49) {
                            own.read(id -> false, one -> {});
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        Map<String, String> last = new HashMap<>();
        log.read(id -> true, line -> last.put(line.substring(0, line.indexOf(',')), line));
        assertEquals(writers * 5, last.size());
        for (int writer = 0; writer < writers; writer++) {
            for (int i = lines - 5; i < lines; i++) {
                assertTrue(last.containsValue(line("w" + writer + '-' + i % 5, i)), last::toString);
            }
        }
    }

    private List<String> read(String... wanted) throws Exception {
        List<String> lines = new ArrayList<>();
        log.read(List.of(wanted)::contains, lines::add);
        return lines;
    }

    private List<Path> names() throws Exception {
        try (var files = Files.list(file.getParent())) {
            return files.map(Path::getFileName).sorted().toList();
        }
    }

    private static String line(String id, int number) {
        String escaped = id.replace("\n", "\\n");
        return new String(
                ("{\"id\":\"" + escaped + "\",\"number\":" + number + '}').getBytes(StandardCharsets.UTF_8),
                StandardCharsets.UTF_8);
    }
}
