package io.parcelnode.node.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Makes a line of each event. Whatever others have had a say in passes {@link Redaction} here, and nowhere else. */
abstract class LogEncoder extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};

    private final boolean withStacks;
    private final Charset charset;

    /** @param withStacks whether an exception is told with its stack trace */
    LogEncoder(boolean withStacks, Charset charset) {
        this.withStacks = withStacks;
        this.charset = charset;
    }

    static LogEncoder of(LogFormat format, boolean withStacks) {
        return format == LogFormat.JSON
                ? new JsonLogEncoder(withStacks, StandardCharsets.UTF_8) // So JSON wants it, whatever the locale.
                : new TextLogEncoder(withStacks, Charset.defaultCharset());
    }

    abstract String line(ILoggingEvent event);

    static String message(ILoggingEvent event) {
        return Redaction.of(event.getFormattedMessage());
    }

    /** The exceptions with their causes and places; null without one, or when nobody wants it. */
    String stack(IThrowableProxy failure) {
        return failure == null || !withStacks ? null : Redaction.of(ThrowableProxyUtil.asString(failure));
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return line(event).getBytes(charset);
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
