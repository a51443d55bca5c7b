package io.parcelnode.node.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.parcelnode.node.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A command run in this process, and all it printed. One at a time. */
public record CommandRun(int exitCode, String out, String err) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** @param home stands in for the user's home folder */
    public static CommandRun run(Path home, String... arguments) {
        PrintStream realOut = System.out;
        PrintStream realErr = System.err;
        String realHome = System.getProperty("user.home");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        System.setProperty("user.home", home.toString());
        try {
            int exitCode = Main.run(arguments);
            return new CommandRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(realOut);
            System.setErr(realErr);
            System.setProperty("user.home", realHome);
        }
    }

    /** The same while the test does something meanwhile. */
    public static CompletableFuture<CommandRun> start(Path home, String... arguments) {
        CompletableFuture<CommandRun> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(run(home, arguments));
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                },
                "command");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    public List<JsonNode> events() {
        return out.lines()
                .map(line -> {
                    try {
                        return MAPPER.readTree(line);
                    } catch (IOException e) {
                        throw new UncheckedIOException("not JSON: " + line, e);
                    }
                })
                .toList();
    }

    /** The last line. */
    public JsonNode summary() {
        List<JsonNode> events = events();
        return events.isEmpty() ? MAPPER.missingNode() : events.get(events.size() - 1);
    }

    public List<JsonNode> events(String name) {
        return events().stream()
                .filter(event -> event.path("event").asText().equals(name))
                .toList();
    }

    public String all() {
        return "exit " + exitCode + "\n--- stdout\n" + out + "--- stderr\n" + err;
    }
}
