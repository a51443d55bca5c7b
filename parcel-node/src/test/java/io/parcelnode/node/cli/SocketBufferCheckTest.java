package io.parcelnode.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.parcelnode.udt.nio.SocketBuffers;
import org.junit.jupiter.api.Test;

class SocketBufferCheckTest {
    private static final SocketBuffers CLIPPED = new SocketBuffers(4 << 20, 212_992, 212_992);

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger log = new LoggerContext().getLogger("test");
    private final SocketBufferCheck check = new SocketBufferCheck();

    SocketBufferCheckTest() {
        lines.start();
        log.addAppender(lines);
    }

    @Test
    void saysOnceWhatWasAskedWhatWasGrantedAndWhatToSet() {
        check.check(CLIPPED, log);
        check.check(CLIPPED, log);
        assertEquals(1, lines.list.size());
        String line = SocketBufferCheck.sentence(CLIPPED, "Linux");
        assertTrue(line.contains("208.0 KiB (receive)") && line.contains("4.0 MiB was asked for"), line);
        assertTrue(line.contains("sysctl -w net.core.rmem_max=4194304 net.core.wmem_max=4194304"), line);
        assertFalse(line.contains("\n"), line);
    }

    @Test
    void enoughIsNotWorthALine() {
        check.check(new SocketBuffers(4 << 20, 4 << 20, 5 << 20), log);
        assertEquals(0, lines.list.size());
    }

    @Test
    void otherSystemsHaveNoSysctlOfThatName() {
        assertFalse(SocketBufferCheck.sentence(CLIPPED, "Mac OS X").contains("net.core"));
    }
}
