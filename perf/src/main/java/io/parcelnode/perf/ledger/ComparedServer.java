package io.parcelnode.perf.ledger;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code parcel-node serve} in a process of its own, and its processor time. */
final class ComparedServer implements AutoCloseable {
    private static final String READY = "Server ready at ";
    private static final int STOP_S = 30;

    private final Process process;
    private final String port;
    private final String fingerprint;

    private ComparedServer(Process process, String port, String fingerprint) {
        this.process = process;
        this.port = port;
        this.fingerprint = fingerprint;
    }

    /** @param flags those in which servers differ */
    static ComparedServer start(Path jar, Path folder, Path home, List<String> flags) throws IOException {
        List<String> command = java(jar);
        command.addAll(List.of("serve", "--data-dir", folder.toString(), "-i", "127.0.0.1", "-p", "0"));
        command.addAll(flags);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(home.resolveSibling(home.getFileName() + ".log").toFile());
        builder.environment().put("PARCEL_HOME", home.toString());
        Process process = builder.start();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(READY)) {
                Thread rest = new Thread(() -> readOn(lines), "lines-of-serve");
                rest.setDaemon(true);
                rest.start();
                String address = line.substring(READY.length()).split("[ ,]")[0];
                return new ComparedServer(
                        process,
                        address.substring(address.lastIndexOf(':') + 1),
                        line.substring(line.indexOf("sha256:")).strip());
            }
        }
        process.destroyForcibly();
        throw new IOException("serve " + String.join(" ", flags) + " has ended without being ready");
    }

    /** A server whose output nobody takes would stand still. */
    private static void readOn(BufferedReader lines) {
        try {
            String line = lines.readLine();
            while (line != null) {
                line = lines.readLine();
            }
        } catch (IOException e) {
            return; // It has been stopped.
        }
    }

    /** The flags of bin/parcel-node. */
    static List<String> java(Path jar) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+ExitOnOutOfMemoryError");
        String more = System.getenv("PARCEL_JAVA_OPTS");
        if (more != null && !more.isBlank()) {
            command.addAll(List.of(more.strip().split("\\s+")));
        }
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }

    /** Those that lead a client here. */
    List<String> address() {
        return List.of("-i", "127.0.0.1", "-p", port, "--server-fingerprint", fingerprint);
    }

    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
