package io.parcelnode.perf.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** {@code parcel-node get} in a process of its own. */
final class ChaosClient {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Process process;
    private final Path out;

    /** @param number of the attempt: what it prints is kept apart from what others print */
    ChaosClient(ClientLauncher launcher, Path home, Path target, ChaosServer server, int number) throws IOException {
        out = home.resolve(number + ".out");
        process = launcher.start(home, target, server, out, home.resolve(number + ".err"));
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
        return ofLarge("file-started").path("here").asLong(-1);
    }

    /** Bytes of the large file that crossed the network, -1 if this process did not come to its end. */
    long fetchedBytes() throws IOException {
        return ofLarge("file-done").path("fetched").asLong(-1);
    }

    private JsonNode ofLarge(String name) throws IOException {
        for (String line : Files.readAllLines(out)) {
            // A killed process may leave half a line.
            if (line.contains('"' + name + '"') && line.endsWith("}")) {
                JsonNode event = MAPPER.readTree(line);
                if (event.path("id").asText().equals(ChaosEndpoint.LARGE)) {
                    return event;
                }
            }
        }
        return MAPPER.missingNode();
    }
}
