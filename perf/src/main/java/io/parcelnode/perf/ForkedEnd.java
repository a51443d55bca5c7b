package io.parcelnode.perf;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One end of a transfer as a child process, seen from the parent. Its lines are read by a thread of its own and met
 * through a queue; everything else belongs to the parent's thread.
 */
final class ForkedEnd implements AutoCloseable {
    /** A child that has said nothing new for this long is stuck. */
    static final long STALL_SECONDS = 60;

    private static final long EXIT_WAIT_SECONDS = 5;

    private final Process process;
    private final BlockingQueue<String> lines;
    private final BlockingQueue<String> errorsToo;

    private long bytesMoved = -1;

    /** Starts the receiving child in {@code folder}, where a peer may unpack native libraries. */
    static ForkedEnd startReceiver(Path folder, String peer, MeasuredWindow window) throws IOException {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        return new ForkedEnd(fork(folder, peer, ChildProtocol.RECEIVE, window), lines, lines);
    }

    /** Starts the child that sends to {@code receiver}; whoever waits for the receiver also learns of its errors. */
    static ForkedEnd startSender(Path folder, String peer, MeasuredWindow window, String port, ForkedEnd receiver)
            throws IOException {
        Process process = fork(folder, peer, ChildProtocol.SEND, window, port);
        return new ForkedEnd(process, new LinkedBlockingQueue<>(), receiver.lines);
    }

    private static Process fork(Path folder, String peer, String role, MeasuredWindow window, String... more)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Xmx1g",
                // barchart's bundle logs through slf4j and would fill the protocol with debug lines.
                "-Dlogback.configurationFile=logback-perf-child.xml",
                "-cp",
                System.getProperty("java.class.path"),
                ChildMain.class.getName(),
                peer,
                role,
                window.format()));
        command.addAll(List.of(more));
        File errors = folder.resolve(role + ".stderr").toFile();
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(errors)
                .start();
    }

    private ForkedEnd(Process process, BlockingQueue<String> lines, BlockingQueue<String> errorsToo) {
        this.process = process;
        this.lines = lines;
        this.errorsToo = errorsToo;
        Thread reader = new Thread(this::readLines, "lines-of-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    private void readLines() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
            }
            add(ChildProtocol.ERROR + " process ended with exit code " + process.waitFor());
        } catch (IOException | InterruptedException e) {
            add(ChildProtocol.ERROR + " process ended: " + e);
        }
    }

    private void add(String line) {
        lines.add(line);
        if (errorsToo != lines && line.startsWith(ChildProtocol.ERROR)) {
            errorsToo.add(line);
        }
    }

    /** Waits for the line with this keyword while the child makes progress. */
    String await(String keyword) throws PeerFailedException, InterruptedException {
        long stalledAtNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(STALL_SECONDS);
        while (true) {
            String line = lines.poll(stalledAtNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new PeerFailedException("no progress for " + STALL_SECONDS + " s, " + Math.max(0, bytesMoved)
                        + " bytes moved until then");
            }
            String[] parts = line.split(" ", 2);
            if (parts[0].equals(keyword)) {
                return line;
            }
            if (parts[0].equals(ChildProtocol.ERROR)) {
                throw new PeerFailedException(parts[1]);
            }
            if (parts[0].equals(ChildProtocol.PROGRESS) && Long.parseLong(parts[1]) > bytesMoved) {
                bytesMoved = Long.parseLong(parts[1]);
                stalledAtNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(STALL_SECONDS);
            }
        }
    }

    /** Ends the child: politely through its standard input, then by force. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(EXIT_WAIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
