package io.parcelnode.perf.wan;

import io.parcelnode.perf.PeerFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A program at one end of the link. A shell around it says when it has ended and stays, so that its CPU time can still
 * be read; when the shell's input ends, because this process closes it or is gone, the program is told to end as well.
 *
 * <p>A thread of its own reads the output; what it has read is met under this object's monitor.
 */
final class EndProcess implements AutoCloseable {
    private static final String ENDED = "parcel-perf-ended ";
    private static final String WRAPPER = "exec 3<&0; \"$@\" </dev/null 3<&- & child=$!;"
            + " { cat >/dev/null; kill \"$child\"; } <&3 2>/dev/null &"
            + " wait \"$child\"; code=$?; echo; echo \"" + ENDED + "$code\"; wait";
    private static final long END_WAIT_MS = 5_000;
    private static final long POLL_MS = 10;
    private static final int RUNNING = -1;
    private static final int MESSAGE_MAX = 300;

    private final String name;
    private final Process process;
    private final Path errors;
    private final Consumer<String> onLine;
    private final List<String> lines = new ArrayList<>();

    private int exitCode = RUNNING;
    private long endedNs;

    /**
     * @param prefix words that run a command at the end, from the link
     * @param onLine is called for each line of output, by the reading thread
     */
    static EndProcess start(
            String name, List<String> prefix, List<String> command, Path folder, Consumer<String> onLine)
            throws IOException {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(List.of("sh", "-c", WRAPPER, "sh"));
        all.addAll(command);
        Path errors = folder.resolve(name + ".stderr");
        ProcessBuilder builder = new ProcessBuilder(all)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
        // Nothing of the user's own state takes part.
        builder.environment().putAll(Map.of("PARCEL_HOME", folder.resolve(name).toString(), "LC_ALL", "C.UTF-8"));
        return new EndProcess(name, builder.start(), errors, onLine);
    }

    private EndProcess(String name, Process process, Path errors, Consumer<String> onLine) {
        this.name = name;
        this.process = process;
        this.errors = errors;
        this.onLine = onLine;
        Thread reader = new Thread(this::readLines, "lines-of-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void readLines() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(ENDED)) {
                    end(Integer.parseInt(line.substring(ENDED.length()).strip()));
                } else if (!line.isEmpty()) {
                    onLine.accept(line);
                    add(line);
                }
            }
        } catch (IOException e) {
            add("output not read: " + e);
        }
        end(1);
    }

    private synchronized void add(String line) {
        lines.add(line);
    }

    private synchronized void end(int code) {
        if (exitCode == RUNNING) {
            exitCode = code;
            endedNs = System.nanoTime();
        }
    }

    synchronized boolean isEnded() {
        return exitCode != RUNNING;
    }

    synchronized int exitCode() {
        return exitCode;
    }

    /** When the program ended; meaningless before. */
    synchronized long endedNs() {
        return endedNs;
    }

    synchronized String output() {
        return String.join("\n", lines);
    }

    synchronized String lineThat(Predicate<String> isWanted) {
        return lines.stream().filter(isWanted).findFirst().orElse(null);
    }

    synchronized String lastLineThat(Predicate<String> isWanted) {
        return lines.stream().filter(isWanted).reduce(null, (last, line) -> line);
    }

    double cpuSeconds() {
        return CpuTime.secondsOf(process.toHandle());
    }

    /** Waits for a line of output; a program that ends before has failed. */
    String await(Predicate<String> isWanted, long timeoutMs) throws PeerFailedException, InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (true) {
            boolean wasEnded = isEnded();
            String line = lineThat(isWanted);
            if (line != null) {
                return line;
            }
            if (wasEnded) {
                throw failed();
            }
            if (System.nanoTime() - deadlineNs >= 0) {
                throw new PeerFailedException(name + " was not ready after " + timeoutMs / 1_000 + " s");
            }
            Thread.sleep(POLL_MS);
        }
    }

    /** Tells the program to end and gives it a moment for its last words. */
    void stop() throws InterruptedException {
        closeInput();
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_WAIT_MS);
        while (!isEnded() && System.nanoTime() - deadlineNs < 0) {
            Thread.sleep(POLL_MS);
        }
    }

    /** Why the program has ended as it should not have: the last thing it said. */
    PeerFailedException failed() {
        String last = "";
        try {
            for (String line : Files.readAllLines(errors)) {
                last = line.isBlank() ? last : ": " + line.strip();
            }
        } catch (IOException e) {
            last = "";
        }
        if (last.isEmpty() && !output().isBlank()) {
            last = ": " + output().strip().replaceAll("(?s).*\n", "");
        }
        String text = name + " ended with exit code " + exitCode() + last;
        return new PeerFailedException(text.length() > MESSAGE_MAX ? text.substring(0, MESSAGE_MAX) + "..." : text);
    }

    private void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.destroy(); // A broken pipe: the shell is gone already.
        }
    }

    @Override
    public void close() {
        closeInput();
        try {
            if (!process.waitFor(END_WAIT_MS, TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
