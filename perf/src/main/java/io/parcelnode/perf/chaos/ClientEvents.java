package io.parcelnode.perf.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a client has told on its standard output. */
final class ClientEvents {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final List<JsonNode> events = new ArrayList<>();

    static ClientEvents of(Path out) throws IOException {
        ClientEvents read = new ClientEvents();
        // A process that was killed, or is at it, may have left half a line, and half a character.
        String text = new String(Files.readAllBytes(out), StandardCharsets.UTF_8);
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            if (line.startsWith("{") && line.endsWith("}")) {
                read.events.add(MAPPER.readTree(line));
            }
        }
        return read;
    }

    /** How files have ended, in order. */
    List<JsonNode> done() {
        return named("file-done");
    }

    /** Missing unless it has come to its end. */
    JsonNode summary() {
        List<JsonNode> summaries = named("summary");
        return summaries.isEmpty() ? MAPPER.missingNode() : summaries.get(summaries.size() - 1);
    }

    /** Whether it has said anything: then it has read its token. */
    boolean isAny() {
        return !events.isEmpty();
    }

    /** Whether any file has come, or begun to come, of which nothing was here: then the endpoint has accepted the token. */
    boolean isAnyServed() {
        return named("file-started").stream()
                        .anyMatch(event -> event.path("here").asLong() == 0)
                || done().stream().anyMatch(event -> event.path("fetched").asLong() > 0);
    }

    /** Bytes of the large file that were found when it was begun, -1 if it never was. */
    long foundBytes() {
        return ofLarge("file-started").path("here").asLong(-1);
    }

    /** Bytes of the large file that crossed the network, -1 if it has not ended. */
    long fetchedBytes() {
        return ofLarge("file-done").path("fetched").asLong(-1);
    }

    private JsonNode ofLarge(String name) {
        return named(name).stream()
                .filter(event -> event.path("id").asText().equals(Item.LARGE.id()))
                .findFirst()
                .orElse(MAPPER.missingNode());
    }

    private List<JsonNode> named(String name) {
        return events.stream()
                .filter(event -> event.path("event").asText().equals(name))
                .toList();
    }
}
