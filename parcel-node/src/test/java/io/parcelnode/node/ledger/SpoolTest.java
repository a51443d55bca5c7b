package io.parcelnode.node.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final long LIMIT = 64 << 20;

    @TempDir
    Path folder;

    private int runs;
    private int damaged;

    /** Files are read half a megabyte at a time, and entries do not end there. */
    @Test
    void givesBackEntriesOfAnyLengthInTheirOrder() throws Exception {
        Spool spool = open(64 << 20);
        SplittableRandom random = new SplittableRandom(7);
        List<byte[]> written = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int bytes = random.nextInt(3) == 0 ? SpoolFrames.ENTRY_BYTES_MAX : random.nextInt(1, 40_000);
            byte[] entry = new byte[bytes];
            random.nextBytes(entry);
            written.add(entry);
            spool.append(List.of(entry));
        }
        List<byte[]> read = new ArrayList<>();
        for (List<byte[]> batch = spool.read(7, 0); !batch.isEmpty(); batch = spool.read(7, 0)) {
            read.addAll(batch);
        }
        assertEquals(written.size(), read.size());
        for (int i = 0; i < read.size(); i++) {
            assertArrayEquals(written.get(i), read.get(i), "entry " + i);
        }
        assertEquals(0, damaged);
        spool.close();
    }

    @Test
    void givesBackWhatWasAppendedUntilItIsForgotten() throws Exception {
        Spool spool = open(LIMIT);
        spool.append(entries("a", "b", "c"));
        assertEquals(List.of("a", "b"), read(spool, 2));
        spool.rewind();
        assertEquals(List.of("a", "b", "c"), read(spool, 9));
        assertEquals(0, spool.unreadEntries());
        spool.forget();
        spool.rewind();
        assertEquals(List.of(), read(spool, 9));
        spool.append(entries("d"));
        assertEquals(1, spool.unreadEntries());
        assertEquals(List.of("d"), read(spool, 9));
        spool.forget();
        spool.close();
        assertEquals(List.of("lock"), filesLeft(), "only what all servers lock is left");
    }

    @Test
    void whatWasNotReadIsThereForTheNextServer() throws Exception {
        Spool first = open(LIMIT);
        first.append(entries("a", "b"));
        read(first, 1);
        first.close();

        Spool second = open(LIMIT);
        assertEquals(2, second.unreadEntries(), "a file is read whole again");
        second.append(entries("c"));
        assertEquals(List.of("a", "b"), read(second, 9));
        second.forget();
        assertEquals(List.of("c"), read(second, 9));
        second.forget();
        second.close();
        assertEquals(List.of("lock", "<run>/lock"), filesLeft(), "the first one's death is not on record");
    }

    @Test
    void aServerThatLivesKeepsItsEntries() throws Exception {
        Spool first = open(LIMIT);
        first.append(entries("a"));
        Spool second = open(LIMIT);
        assertEquals(List.of(), read(second, 9));
        assertEquals(List.of("a"), read(first, 9));
        first.close();
        second.close();
    }

    @Test
    void tellsOfTheDeathsOfServersUntilTheyAreOnRecord() throws Exception {
        openFolder().close(false);
        for (int i = 0; i < 2; i++) {
            SpoolFolder again = openFolder();
            assertTrue(again.runsLost().contains(new UUID(0, 1)), () -> "" + again.runsLost());
            again.close(true);
        }
        SpoolFolder last = openFolder();
        last.forgetRunsLost();
        last.close(true);
        SpoolFolder after = openFolder();
        assertEquals(List.of(), after.runsLost());
        after.close(true);
    }

    @Test
    void aTornTailCostsNothingThatWasWhole() throws Exception {
        for (int cut = 1; cut <= 12; cut++) {
            Spool spool = open(LIMIT);
            spool.append(entries("a", "b", "torn"));
            spool.close();
            Path segment = segment();
            try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
                file.truncate(file.size() - cut);
            }
            Spool next = open(LIMIT);
            assertEquals(2, next.unreadEntries());
            assertEquals(List.of("a", "b"), read(next, 9), "cut " + cut);
            assertEquals(0, damaged);
            next.append(entries("new")); // The last file stays until there is another.
            next.forget();
            assertEquals(List.of("new"), read(next, 9));
            next.close();
        }
    }

    @Test
    void zerosBehindTheLastEntryAreNone() throws Exception {
        Spool spool = open(LIMIT);
        spool.append(entries("a"));
        spool.close();
        Files.write(segment(), new byte[5_000], StandardOpenOption.APPEND);
        Spool next = open(LIMIT);
        assertEquals(List.of("a"), read(next, 9));
        assertEquals(0, damaged);
        next.close();
    }

    @Test
    void aDamagedEntryCostsItselfAlone() throws Exception {
        Spool spool = open(LIMIT);
        spool.append(entries("a", "b", "c"));
        spool.close();
        try (FileChannel file = FileChannel.open(segment(), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {'x'}), 9 + 8);
        }
        Spool next = open(LIMIT);
        assertEquals(List.of("a", "c"), read(next, 9));
        assertEquals(1, damaged);
        next.close();
    }

    @Test
    void aLengthBeyondAllBoundsIsDamageAndNoReasonToReadOn() throws Exception {
        Spool spool = open(LIMIT);
        spool.append(entries("a", "b"));
        spool.close();
        try (FileChannel file = FileChannel.open(segment(), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {0x7F}), 9);
        }
        Spool next = open(LIMIT);
        assertEquals(List.of("a"), read(next, 9));
        assertEquals(1, damaged);
        assertEquals(0, next.unreadBytes());
        next.close();
    }

    @Test
    void keepsToItsBoundAndGoesOnWhenThereIsRoom() throws Exception {
        Spool spool = open(6 << 20);
        byte[] entry = new byte[100_000];
        int appended = 0;
        IOException full = null;
        while (full == null) {
            try {
                spool.append(List.of(entry));
                appended++;
            } catch (IOException e) {
                full = e;
            }
        }
        assertEquals((6 << 20) / 100_008, appended);
        assertTrue(full.getMessage().contains(String.valueOf(6 << 20)), full::getMessage);
        int read = 0;
        for (List<byte[]> batch = spool.read(10, 0); !batch.isEmpty(); batch = spool.read(10, 0)) {
            read += batch.size();
            assertTrue(batch.stream().allMatch(bytes -> Arrays.equals(entry, bytes)));
            spool.forget();
        }
        assertEquals(appended, read);
        spool.append(List.of(entry));
        assertEquals(1, spool.unreadEntries());
        spool.close();
    }

    @Test
    void anEntryTooLongIsTheCallersFault() throws Exception {
        Spool spool = open(LIMIT);
        List<byte[]> tooLong = List.of(new byte[SpoolFrames.ENTRY_BYTES_MAX + 1]);
        assertThrows(IllegalArgumentException.class, () -> spool.append(tooLong));
        spool.close();
    }

    private Spool open(long limit) throws IOException {
        return new Spool(openFolder(), limit, path -> damaged++);
    }

    private SpoolFolder openFolder() throws IOException {
        runs++;
        return SpoolFolder.open(folder, new UUID(0, runs), runs);
    }

    private static List<byte[]> entries(String... texts) {
        return Arrays.stream(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static List<String> read(Spool spool, int max) throws IOException {
        List<String> texts = new ArrayList<>();
        spool.read(max, 0).forEach(bytes -> texts.add(new String(bytes, StandardCharsets.UTF_8)));
        return texts;
    }

    private Path segment() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".spool"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private List<String> filesLeft() throws IOException {
        Path root = folder.resolve("spool");
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString().replaceAll("[0-9a-f-]{36}", "<run>"))
                    .sorted((one, other) -> Integer.compare(one.length(), other.length()))
                    .toList();
        }
    }
}
