package io.parcelnode.perf.wan;

import io.parcelnode.perf.PeerFailedException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Programs of the machine that peers need. */
final class Programs {
    private static final long LISTEN_MS = 10_000;
    private static final long POLL_MS = 20;
    private static final String TCP_LISTEN = "0A";

    private Programs() {}

    static void require(String program, String debianPackage) throws PeerFailedException {
        String path = System.getenv().getOrDefault("PATH", "");
        for (String folder : path.split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return;
            }
        }
        throw new PeerFailedException(program + " is not installed; on Debian: apt-get install " + debianPackage);
    }

    /** The first line that a program says about its version. */
    static String version(String... command) {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return text.strip().replaceAll("(?s)\n.*", "");
        } catch (IOException e) {
            return "version unknown";
        }
    }

    /** Waits until somebody listens on a port of an end; {@code server} is watched meanwhile. */
    static void awaitListening(WanLink link, List<String> end, String protocol, int port, EndProcess server)
            throws IOException, PeerFailedException, InterruptedException {
        long deadlineNs = System.nanoTime() + LISTEN_MS * 1_000_000;
        while (!isListening(link.run(end, "cat", "/proc/net/" + protocol, "/proc/net/" + protocol + "6"), port)) {
            if (server.isEnded()) {
                throw server.failed();
            }
            if (System.nanoTime() - deadlineNs >= 0) {
                throw new PeerFailedException("nobody listened on port " + port + " after " + LISTEN_MS / 1_000 + " s");
            }
            Thread.sleep(POLL_MS);
        }
    }

    /** UDP has no state of listening: there every bound port counts. */
    static boolean isListening(String procNet, int port) {
        String suffix = String.format(":%04X", port);
        for (String line : procNet.split("\n")) {
            String[] fields = line.strip().split("\\s+");
            if (fields.length > 3 && fields[1].endsWith(suffix) && (fields[3].equals(TCP_LISTEN) || isUdp(fields))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUdp(String[] fields) {
        return fields[3].equals("07");
    }
}
