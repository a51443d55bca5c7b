package io.parcelnode.perf.wan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The kernel's limits of socket buffers, raised for a measurement and put back afterwards. */
final class SocketLimits implements AutoCloseable {
    static final long WANTED_BYTES = 64L << 20;

    private static final Path FOLDER = Path.of("/proc/sys/net/core");
    private static final String RECEIVE = "rmem_max";
    private static final String SEND = "wmem_max";

    private final Path folder;
    private final Map<String, Long> raisedFrom = new TreeMap<>();

    static SocketLimits raise() throws IOException {
        return new SocketLimits(FOLDER);
    }

    SocketLimits(Path folder) throws IOException {
        this.folder = folder;
        for (String name : new String[] {RECEIVE, SEND}) {
            long before = read(name);
            if (before < WANTED_BYTES && Files.isWritable(folder.resolve(name))) {
                write(name, WANTED_BYTES);
                raisedFrom.put(name, before);
            }
        }
    }

    long receiveMaxBytes() throws IOException {
        return read(RECEIVE);
    }

    long sendMaxBytes() throws IOException {
        return read(SEND);
    }

    private long read(String name) throws IOException {
        // Not Files.readString: it asks for one byte first, and the kernel gives such a number in one piece or not at
        // all.
        return Long.parseLong(Files.readAllLines(folder.resolve(name)).get(0).strip());
    }

    private void write(String name, long bytes) throws IOException {
        Files.writeString(folder.resolve(name), Long.toString(bytes));
    }

    @Override
    public synchronized void close() throws IOException {
        for (Map.Entry<String, Long> entry : raisedFrom.entrySet()) {
            write(entry.getKey(), entry.getValue());
        }
        raisedFrom.clear();
    }
}
