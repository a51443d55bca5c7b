package io.parcelnode.node.get;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.node.cli.Messages;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines of JSON that begin with an id; the last of an id counts. They are only ever appended, until most are superseded:
 * then those that count are written anew, and take the old ones' place in one step. Several processes may do so at once.
 */
final class FinishedLog {
    static final long COMPACT_MIN_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Logging.CLIENT);
    /** Locks of files are those of a process. */
    private static final Object IN_THIS_PROCESS = new Object();

    private static final JsonFactory JSON = new JsonFactory();
    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final Path file;
    private final long compactMinBytes;

    /** Which ids stand there, line by line. */
    private static final class Ids {
        private long[] hashes = new long[1 << 10];
        private int count;

        void add(String id) {
            if (count == hashes.length) {
                hashes = Arrays.copyOf(hashes, 2 * count);
            }
            long hash = FNV_BASIS;
            for (int i = 0; i < id.length(); i++) {
                hash = (hash ^ id.charAt(i)) * FNV_PRIME;
            }
            hashes[count++] = hash;
        }

        boolean areMostlySuperseded() {
            long[] sorted = Arrays.copyOf(hashes, count);
            Arrays.sort(sorted);
            int distinct = 0;
            for (int i = 0; i < count; i++) {
                distinct += i == 0 || sorted[i] != sorted[i - 1] ? 1 : 0;
            }
            return 2L * distinct < count;
        }

        /** Numbers of the lines that count. */
        BitSet last() {
            BitSet last = new BitSet(count);
            Set<Long> seen = new HashSet<>();
            for (int i = count - 1; i >= 0; i--) {
                last.set(i, seen.add(hashes[i]));
            }
            return last;
        }
    }

    private interface LineTaker {
        void take(String id, String line) throws IOException;
    }

    FinishedLog(Path file) {
        this(file, COMPACT_MIN_BYTES);
    }

    /** @param compactMinBytes a smaller file is left as it is */
    FinishedLog(Path file, long compactMinBytes) {
        this.file = file;
        this.compactMinBytes = compactMinBytes;
    }

    Path file() {
        return file;
    }

    /** Hands out the lines of wanted ids, oldest first; what is cut off or damaged counts as none. */
    void read(Predicate<String> wanted, Consumer<String> lines) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        Ids ids = new Ids();
        forEachLine((id, line) -> {
            ids.add(id);
            if (wanted.test(id)) {
                lines.accept(line);
            }
        });
        if (Files.size(file) >= compactMinBytes && ids.areMostlySuperseded()) {
            compact();
        }
    }

    void append(String line) throws IOException {
        // A line feed before it as well: the line before may have been cut off.
        ByteBuffer bytes = StandardCharsets.UTF_8.encode("\n" + line + "\n");
        synchronized (IN_THIS_PROCESS) {
            Files.createDirectories(file.getParent());
            boolean written = false;
            while (!written) {
                Object keyBefore = keyOf(file);
                try (FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
                    lock(channel);
                    // Otherwise another process has just put a new file in its place.
                    if (keyBefore == null || keyBefore.equals(keyOf(file))) {
                        while (bytes.hasRemaining()) {
                            channel.write(bytes);
                        }
                        written = true;
                    }
                }
            }
        }
    }

    /** Leaves everything as it is where that cannot be done. */
    private void compact() {
        Path compacted = file.resolveSibling(file.getFileName() + ".new");
        synchronized (IN_THIS_PROCESS) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                Object key = keyOf(file);
                // Who waits for this appends to the new file.
                if (!lock(channel) || !Objects.equals(key, keyOf(file))) {
                    return;
                }
                Ids ids = new Ids();
                forEachLine((id, line) -> ids.add(id));
                writeLast(ids.last(), compacted);
                Files.move(compacted, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                LOG.debug("{} stays as long as it is: {}", file, Messages.of(e));
            }
        }
    }

    private void writeLast(BitSet last, Path to) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(to)) {
            int[] number = {0};
            forEachLine((id, line) -> {
                if (last.get(number[0]++)) {
                    out.write(line);
                    out.write('\n');
                }
            });
        }
        try (FileChannel written = FileChannel.open(to, StandardOpenOption.WRITE)) {
            written.force(true);
        }
    }

    private void forEachLine(LineTaker taker) throws IOException {
        // A line that a power cut has damaged need not even be text; this reader takes it for some.
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String id = line.isBlank() ? null : idOf(line);
                if (id != null) {
                    taker.take(id, line);
                }
            }
        }
    }

    /** Null for what is no whole line of ours. */
    private static String idOf(String line) {
        if (!line.endsWith("}")) {
            return null;
        }
        try (JsonParser parser = JSON.createParser(line)) {
            boolean begins = parser.nextToken() == JsonToken.START_OBJECT && "id".equals(parser.nextFieldName());
            return begins ? parser.nextTextValue() : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** Not every file system has locks; where there are none, only who comes at the wrong moment loses a line. */
    private static boolean lock(FileChannel channel) {
        try {
            channel.lock(); // Closing the channel ends it.
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What tells a file from another one under the same name; null if there is none, or on systems that have none. */
    private static Object keyOf(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
