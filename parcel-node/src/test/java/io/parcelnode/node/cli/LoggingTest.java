package io.parcelnode.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LoggingTest {
    private static final String SECRET = "s3cr3t \"of\" ours";

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AfterEach
    void restore() throws Exception {
        Logging.configure(new LogOptions(), false);
    }

    @Test
    void jsonHasOneObjectALineWithItsFields() throws Exception {
        UUID session = UUID.randomUUID();
        InetSocketAddress client = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4_711);
        log(
                LogFormat.JSON,
                false,
                () -> LoggerFactory.getLogger(Logging.SERVER)
                        .atWarn()
                        .addKeyValue("session", session)
                        .addKeyValue("client", client)
                        .addKeyValue("file", "a\n\"b\"")
                        .addKeyValue("bytes", 1L << 40)
                        .setCause(new IOException("it broke", new IllegalStateException("deep inside")))
                        .log("Reading {}\nfailed", "x"));

        List<JsonNode> lines = lines();
        assertEquals(1, lines.size());
        JsonNode line = lines.get(0);
        Instant time = Instant.parse(line.get("time").asText());
        assertTrue(Duration.between(time, Instant.now()).abs().toMinutes() < 5, line::toString);
        assertTrue(
                line.get("time").asText().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"),
                line::toString);
        assertEquals("WARN", line.get("level").asText());
        assertEquals("server", line.get("logger").asText());
        assertEquals(Thread.currentThread().getName(), line.get("thread").asText());
        assertEquals("Reading x\nfailed", line.get("message").asText());
        assertEquals(session.toString(), line.get("session").asText());
        assertEquals("127.0.0.1:4711", line.get("client").asText());
        assertEquals("a\n\"b\"", line.get("file").asText());
        assertEquals(1L << 40, line.get("bytes").asLong());
        assertEquals("java.io.IOException", line.get("error").get("class").asText());
        assertEquals("it broke", line.get("error").get("message").asText());
        assertFalse(line.get("error").has("stack"), line::toString);
    }

    @Test
    void stacksAreForThoseWhoAskForThem() throws Exception {
        Runnable failing =
                () -> LoggerFactory.getLogger("client").error("no", new IOException("it broke", new Error("inside")));

        log(LogFormat.JSON, true, failing);

        String stack = lines().get(0).get("error").get("stack").asText();
        assertTrue(stack.contains("Caused by: java.lang.Error: inside"), stack);
        out.reset();
        log(LogFormat.TEXT, false, failing);
        assertTrue(text().matches("\\[[-0-9]{10} [:0-9]{8},\\d{3}]\\[  client]\\[  ERROR] no\\R"), text());
        out.reset();
        log(LogFormat.TEXT, true, failing);
        assertTrue(text().contains("Caused by: java.lang.Error: inside"), text());
    }

    /** Whoever logs it, and wherever in it the secret is: in the text, a field, an exception or its cause. */
    @Test
    void noLoggerWritesASecret() throws Exception {
        Redaction.remember(SECRET);
        Path file = folder.resolve("log");
        for (LogFormat format : LogFormat.values()) {
            LogOptions options = options(format, true);
            options.logFile = file;
            log(options, () -> {
                LoggerFactory.getLogger("org.flywaydb.x").warn("text {}", SECRET);
                LoggerFactory.getLogger(Logging.CLIENT)
                        .atError()
                        .addKeyValue("field", SECRET)
                        .setCause(new IOException("cause " + SECRET, new Error("its cause " + SECRET)))
                        .log("three");
                java.util.logging.Logger.getLogger("okhttp3.OkHttpClient")
                        .log(Level.WARNING, "of java.util.logging " + SECRET, new Error(SECRET));
                Logging.onUncaught(new Thread("lonely"), new Error(SECRET));
            });
        }
        String all = text() + err.toString(StandardCharsets.UTF_8) + Files.readString(file);
        assertEquals(-1, all.indexOf("s3cr3t"), all);
        assertTrue(all.contains("text ***"), all);
        assertTrue(all.contains("java.io.IOException: cause ***"), all);
        assertTrue(all.contains("Caused by: java.lang.Error: its cause ***"), all);
        assertTrue(all.contains("of java.util.logging ***"), all);
        assertTrue(all.contains("\"field\":\"***\""), all);
        assertTrue(all.contains("A thread has ended: ***"), all);
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    /** A client that calls its address, or words of ours, its token does not vanish from the fields. */
    @Test
    void whatWeHaveMadeOurselvesIsNotHidden() throws Exception {
        UUID session = UUID.randomUUID();
        InetSocketAddress client = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4_711);
        try (Redaction.OfClient sly = new Redaction.OfClient()) {
            for (String token : List.of("127.0.0.1", "127.0.0.1:4711", session.toString(), "server][", "\"level\":")) {
                sly.remember(token);
            }
            log(
                    LogFormat.JSON,
                    false,
                    () -> LoggerFactory.getLogger(Logging.SERVER)
                            .atInfo()
                            .addKeyValue("session", session)
                            .addKeyValue("client", client)
                            .log("Connection from 127.0.0.1:4711"));
            JsonNode line = lines().get(0);
            assertEquals(session.toString(), line.get("session").asText());
            assertEquals("127.0.0.1:4711", line.get("client").asText());
            assertEquals("Connection from 127.0.0.1:4711", line.get("message").asText());
            assertEquals("INFO", line.get("level").asText());
            out.reset();
            log(
                    LogFormat.TEXT,
                    false,
                    () -> LoggerFactory.getLogger(Logging.SERVER).info("x"));
            assertTrue(text().contains("[  server][   INFO] x"), text());
        }
    }

    private void log(LogFormat format, boolean verbose, Runnable work) throws Exception {
        log(options(format, verbose), work);
    }

    private void log(LogOptions options, Runnable work) throws Exception {
        PrintStream realOut = System.out;
        PrintStream realErr = System.err;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            Logging.configure(options, false);
            work.run();
        } finally {
            System.setOut(realOut);
            System.setErr(realErr);
        }
    }

    private static LogOptions options(LogFormat format, boolean verbose) {
        LogOptions options = new LogOptions();
        options.format = format;
        options.verbose = verbose;
        return options;
    }

    /** Of this thread: servers of other tests may just be ending. */
    private List<JsonNode> lines() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> lines = new java.util.ArrayList<>();
        for (String line : text().lines().toList()) {
            JsonNode read = mapper.readTree(line);
            if (read.path("thread").asText().equals(Thread.currentThread().getName())) {
                lines.add(read);
            }
        }
        return lines;
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
