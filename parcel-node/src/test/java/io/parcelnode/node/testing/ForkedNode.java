package io.parcelnode.node.testing;

import io.parcelnode.node.cli.ExitCode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The executable jar in a process of its own, run by the JVM that runs the test. */
public final class ForkedNode implements Closeable {
    /** The build names the jar once it is there. */
    public static final String JAR_PROPERTY = "parcel.jar";

    private static final int PATIENCE_SECONDS = 120;
    private static final int CONNECTS_MAX = 5;

    /** A build that was started with nohup would have its processes ignore a SIGHUP, too. */
    private static final List<String> WITH_SIGNALS = withSignals();

    private final Process process;
    private final Path out;
    private final Path err;

    /** @param home receives the node's state and what it prints */
    public ForkedNode(Path home, String... arguments) throws IOException {
        this(home, List.of(), arguments);
    }

    /** @param jvmFlags such as a small heap */
    public ForkedNode(Path home, List<String> jvmFlags, String... arguments) throws IOException {
        this(WITH_SIGNALS, home, jvmFlags, arguments);
    }

    /** One that cannot write more than so much into any file: to the system's calls a full disk looks the same. */
    public static ForkedNode withFilesUpTo(int kibibytes, Path home, String... arguments) throws IOException {
        // In blocks of 512 bytes, as POSIX has it.
        String script = "ulimit -f " + 2 * kibibytes + " && exec \"$@\"";
        return new ForkedNode(List.of("sh", "-c", script, "sh"), home, List.of(), arguments);
    }

    private ForkedNode(List<String> before, Path home, List<String> jvmFlags, String... arguments) throws IOException {
        Files.createDirectories(home);
        out = Files.createTempFile(home, "out", ".txt");
        err = Files.createTempFile(home, "err", ".txt");
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        command.addAll(List.of("-jar", jar().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("PARCEL_HOME", home.toString());
        // The JVM would announce these on stderr.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"));
        process = builder.start();
    }

    /**
     * Runs one that connects to a server until it has ended. Its first connection gives up after ten seconds, which a busy
     * machine may take for shaking hands; nothing has happened then, and it is started once more.
     */
    public static ForkedNode connected(Path home, List<String> jvmFlags, String... arguments) throws Exception {
        for (int attempt = 1; ; attempt++) {
            ForkedNode node = new ForkedNode(home, jvmFlags, arguments);
            if (node.exitCode() != ExitCode.SERVER_LOST.number() || attempt == CONNECTS_MAX) {
                return node;
            }
        }
    }

    public static Path jar() {
        return Path.of(System.getProperty(JAR_PROPERTY));
    }

    /** What comes before a command that hears signals; nothing where the system has no such thing. */
    private static List<String> withSignals() {
        List<String> words = List.of("env", "--default-signal=HUP");
        try {
            List<String> nothing = new ArrayList<>(words);
            nothing.add("true");
            Process known =
                    new ProcessBuilder(nothing).redirectErrorStream(true).start();
            known.getInputStream().readAllBytes();
            return known.waitFor() == 0 ? words : List.of();
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    /** Asks it to end, as {@code kill} does. */
    public void terminate() {
        process.destroy();
    }

    /** @param name such as {@code HUP} */
    public void signal(String name) throws IOException, InterruptedException {
        int exitCode = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
        if (exitCode != 0) {
            throw new AssertionError("kill -" + name + " ended with " + exitCode);
        }
    }

    public int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + PATIENCE_SECONDS + " s");
        }
        return process.exitValue();
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    public String out() throws IOException {
        return Files.readString(out);
    }

    public String err() throws IOException {
        return Files.readString(err);
    }

    public String all() {
        try {
            return "--- stdout\n" + out() + "--- stderr\n" + err();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
