package io.parcelnode.perf.wan;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A running link. Its program runs a script that tells where the two ends are and then waits for the end of its input;
 * so the link goes down when this object is closed, or this process dies.
 */
final class WanLink implements AutoCloseable {
    private static final String SCRIPT =
            "printf '%s\\n' \"$LEFT\" \"$RIGHT\" \"$LEFT_ADDR\" \"$RIGHT_ADDR\";" + " echo up; cat >/dev/null";

    /** An emulator that has to wait for a core while packets pile up drops what no real link would. */
    private static final List<String> PRIORITY = List.of("nice", "-n", "-10");

    private static final long DOWN_WAIT_MS = 10_000;
    private static final int LINES_UNTIL_UP = 5;

    private final Process process;
    private final Path errors;
    private final List<String> left;
    private final List<String> right;
    private final String leftAddress;
    private final String rightAddress;

    static WanLink start(Path program, List<String> options, Path folder) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(PRIORITY);
        command.addAll(List.of(program.toString(), "with"));
        command.addAll(options);
        command.addAll(List.of("--", "sh", "-c", SCRIPT));
        Path errors = folder.resolve("link.stderr");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        List<String> said = new ArrayList<>();
        while (said.size() < LINES_UNTIL_UP) {
            String line = reader.readLine();
            if (line == null) {
                process.waitFor();
                throw new LinkException(program + " made no link (exit code " + process.exitValue() + "): "
                        + Files.readString(errors).strip());
            }
            said.add(line);
        }
        return new WanLink(process, errors, said);
    }

    private WanLink(Process process, Path errors, List<String> said) {
        this.process = process;
        this.errors = errors;
        left = List.of(said.get(0).strip().split("\\s+"));
        right = List.of(said.get(1).strip().split("\\s+"));
        leftAddress = said.get(2).strip();
        rightAddress = said.get(3).strip();
    }

    /** The words before a command that run it at the sender's end. */
    List<String> left() {
        return left;
    }

    List<String> right() {
        return right;
    }

    String leftAddress() {
        return leftAddress;
    }

    String rightAddress() {
        return rightAddress;
    }

    /** The link is fresh, so what its left interface has sent is what the transfer has sent. */
    long sentAtLeftBytes() throws IOException, InterruptedException {
        return InterfaceBytes.parse(read(left, "/proc/net/dev")).sent();
    }

    long receivedAtRightBytes() throws IOException, InterruptedException {
        return InterfaceBytes.parse(read(right, "/proc/net/dev")).received();
    }

    /** A file of /proc as seen at one end. */
    String read(List<String> end, String file) throws IOException, InterruptedException {
        return run(end, "cat", file);
    }

    /** Runs a short command at one end and returns what it printed. */
    String run(List<String> end, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(end);
        command.addAll(List.of(words));
        Process short_ = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(short_.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (short_.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + text.strip());
        }
        return text;
    }

    /** CPU time of the emulator and its script, which is no part of a peer's. */
    double cpuSeconds() {
        return CpuTime.secondsOf(process.toHandle());
    }

    /** Takes the link down. @return what it counted; null when it does not tell */
    LinkCounters down() throws IOException {
        close();
        return LinkCounters.parse(Files.readAllLines(errors));
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(DOWN_WAIT_MS, TimeUnit.MILLISECONDS)) {
                process.destroy(); // Not forcibly: the program has namespaces to remove.
                process.waitFor(DOWN_WAIT_MS, TimeUnit.MILLISECONDS);
            }
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
