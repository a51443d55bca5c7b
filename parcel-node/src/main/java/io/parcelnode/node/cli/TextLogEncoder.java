package io.parcelnode.node.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.nio.charset.Charset;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** {@code [2015-03-15 11:41:33,271][  client][   INFO] text}, as the original has it. */
final class TextLogEncoder extends LogEncoder {
    private static final int LOGGER_CHARS = 8;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    TextLogEncoder(boolean withStacks, Charset charset) {
        super(withStacks, charset);
    }

    @Override
    String line(ILoggingEvent event) {
        String logger = event.getLoggerName();
        String shortened = logger.substring(0, Math.min(LOGGER_CHARS, logger.length()));
        String end = System.lineSeparator();
        String stack = stack(event.getThrowableProxy());
        return '[' + TIME.format(event.getInstant()) + "][" + padded(shortened, LOGGER_CHARS) + "]["
                + padded(event.getLevel().toString(), LOGGER_CHARS - 1) + "] " + message(event) + end
                + (stack == null ? "" : stack);
    }

    private static String padded(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
