package io.parcelnode.node.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.LoggerFactory;

/**
 * Where log lines go and how they look: {@code [2015-03-15 11:41:33,271][  client][   INFO] text}.
 *
 * <p>Exceptions are printed with their stack trace only when {@code -v} is given.
 */
public final class Logging {
    /** Name of the logger of {@code get}. */
    public static final String CLIENT = "client";
    /** Name of the logger of {@code serve}. */
    public static final String SERVER = "server";

    private static final String PATTERN = "[%d{\"yyyy-MM-dd HH:mm:ss,SSS\"}][%8.-8logger][%7level] %msg%n";

    private Logging() {}

    /** @param machineReadableStdout true when stdout belongs to JSON: the log on the console then goes to stderr, from WARN on */
    public static void configure(LogOptions options, boolean machineReadableStdout) throws CommandException {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(options.verbose ? Level.DEBUG : Level.INFO);
        // Libraries explain themselves to programmers; people asked about our own work.
        context.getLogger("okhttp3").setLevel(Level.WARN);
        context.getLogger("org.flywaydb").setLevel(Level.WARN);
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setTarget(machineReadableStdout ? "System.err" : "System.out");
        if (machineReadableStdout && !options.verbose) {
            // The console only: a log file is for reading up later what went on.
            ThresholdFilter filter = new ThresholdFilter();
            filter.setLevel(Level.WARN.levelStr);
            filter.start();
            console.addFilter(filter);
        }
        start(console, context, options.verbose);
        root.addAppender(console);
        if (options.logFile != null) {
            requireWritable(options.logFile);
            FileAppender<ILoggingEvent> file = new FileAppender<>();
            file.setFile(options.logFile.toString());
            start(file, context, options.verbose);
            root.addAppender(file);
        }
    }

    private static void start(OutputStreamAppender<ILoggingEvent> appender, LoggerContext context, boolean verbose) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(verbose ? PATTERN : PATTERN + "%nopex");
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
    }

    private static void requireWritable(Path file) throws CommandException {
        try {
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.LOCAL_DISK, "cannot write the log file " + file + ": " + Messages.of(e), e);
        }
    }
}
