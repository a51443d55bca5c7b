package io.parcelnode.perf.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.parcelnode.node.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code parcel-node get} in a process of its own. */
final class ChaosClient {
    private final Process process;
    private final Path out;

    ChaosClient(Path home, Path target, ChaosServer server) throws IOException {
        out = home.resolve("out");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "get",
                "--json",
                "-i",
                "127.0.0.1",
                "-p",
                String.valueOf(server.port()),
                "--server-fingerprint",
                server.fingerprint(),
                "--give-up-after",
                "15s",
                "-d",
                target.toString(),
                ChaosEndpoint.LARGE,
                ChaosEndpoint.SMALL);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(home.resolve("err").toFile());
        builder.environment().put("PARCEL_HOME", home.toString());
        process = builder.start();
    }

    boolean hasEnded(long waitMs) throws InterruptedException {
        return process.waitFor(waitMs, TimeUnit.MILLISECONDS);
    }

    int exitCode() {
        return process.exitValue();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Bytes of the large file that this process found when it began, -1 if it never began. */
    long foundBytes() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        for (String line : Files.readAllLines(out)) {
            if (line.contains("\"file-started\"") && line.endsWith("}")) {
                JsonNode event = mapper.readTree(line);
                if (event.path("id").asText().equals(ChaosEndpoint.LARGE)) {
                    return event.path("here").asLong();
                }
            }
        }
        return -1;
    }
}
