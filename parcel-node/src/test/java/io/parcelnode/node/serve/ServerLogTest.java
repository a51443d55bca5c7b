package io.parcelnode.node.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.parcelnode.node.cli.Logging;
import io.parcelnode.proto.FileInfo;
import io.parcelnode.proto.FileProvider;
import io.parcelnode.proto.OpenRequest;
import io.parcelnode.proto.ServedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ServerLogTest {
    private static final OpenRequest REQUEST = new OpenRequest("x", "secret", 0, -1, null);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger().detachAppender(log);
    }

    @Test
    void warnsOfWhatTheSourceDidNotExpect() {
        FileProvider files = logged(request -> {
            throw new IllegalStateException("it broke");
        });

        assertThrows(IllegalStateException.class, () -> files.open(REQUEST));

        assertEquals(List.of("Cannot open x: it broke"), warnings());
    }

    @Test
    void warnsOfAFailureWhileReadingButNotOfAClientThatHasGone() throws IOException {
        FileProvider files = logged(request -> new BrokenFile());

        ServedFile file = files.open(REQUEST);
        assertThrows(IOException.class, () -> file.read(ByteBuffer.allocate(1)));
        file.close();
        assertThrows(IOException.class, () -> file.read(ByteBuffer.allocate(1)));

        assertEquals(List.of("Reading x failed: disk error"), warnings());
        assertTrue(
                log.list.stream().noneMatch(event -> event.getFormattedMessage().contains("secret")));
    }

    private static FileProvider logged(FileProvider files) {
        LiveSession session = new LiveSession(UUID.randomUUID(), new FakePath(null), Instant.EPOCH);
        return new ObservedFiles(session, files, new ServerLog(), Clock.systemUTC());
    }

    /** Of this thread: servers of other tests may just be ending. */
    private List<String> warnings() {
        return List.copyOf(log.list).stream()
                .filter(event ->
                        event.getThreadName().equals(Thread.currentThread().getName()))
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(Logging.SERVER);
    }

    private static final class BrokenFile implements ServedFile {
        @Override
        public FileInfo info() {
            return new FileInfo("x", 1, "v", null, null);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            throw new IOException("disk error");
        }

        @Override
        public void close() {}
    }
}
