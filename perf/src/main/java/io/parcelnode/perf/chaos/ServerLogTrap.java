package io.parcelnode.perf.chaos;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Receives all that the servers of a campaign log, and keeps what has a token in it. Logback makes it. Thread-safe. */
public final class ServerLogTrap extends AppenderBase<ILoggingEvent> {
    private static final int KEPT_MAX = 1_000;
    private static final Queue<String> CAUGHT = new ConcurrentLinkedQueue<>();

    /** What was logged with that mark in it. */
    static List<String> caught(String mark) {
        return CAUGHT.stream().filter(line -> line.contains(mark)).toList();
    }

    @Override
    protected void append(ILoggingEvent event) {
        String line = event.getLoggerName() + ": " + event.getFormattedMessage();
        if (event.getThrowableProxy() != null) {
            line += '\n' + ThrowableProxyUtil.asString(event.getThrowableProxy());
        }
        if (line.contains(ChaosTokens.MARK) && CAUGHT.size() < KEPT_MAX) {
            CAUGHT.add(line);
        }
    }
}
