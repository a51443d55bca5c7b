package io.parcelnode.node.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
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
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Where log lines go. Exceptions are printed with their stack trace only when {@code -v} is given.
 *
 * <p>All loggers write here, those of libraries, too, so that nothing is written past {@link Redaction}.
 */
public final class Logging {
    /** Name of the logger of {@code get}. */
    public static final String CLIENT = "client";
    /** Name of the logger of {@code serve}. */
    public static final String SERVER = "server";

    /** A system property: {@code true} logs all that the libraries have to say, too. */
    public static final String EVERYTHING = "parcel.log.everything";

    // Held, because the JDK forgets loggers and their levels.
    private static final java.util.logging.Logger LIBRARIES = java.util.logging.Logger.getLogger("");

    private Logging() {}

    /** @param machineReadableStdout true when stdout belongs to JSON: the log on the console then goes to stderr, from WARN on */
    public static void configure(LogOptions options, boolean machineReadableStdout) throws CommandException {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        boolean everything = Boolean.getBoolean(EVERYTHING);
        root.setLevel(everything ? Level.TRACE : options.verbose ? Level.DEBUG : Level.INFO);
        if (everything) {
            LIBRARIES.setLevel(java.util.logging.Level.ALL);
        } else {
            // Libraries explain themselves to programmers; people asked about our own work.
            context.getLogger("okhttp3").setLevel(Level.WARN);
            context.getLogger("org.flywaydb").setLevel(Level.WARN);
        }
        if (!SLF4JBridgeHandler.isInstalled()) {
            SLF4JBridgeHandler.removeHandlersForRootLogger(); // They write to stderr.
            SLF4JBridgeHandler.install();
        }
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setTarget(machineReadableStdout ? "System.err" : "System.out");
        if (machineReadableStdout && !options.verbose) {
            // The console only: a log file is for reading up later what went on.
            ThresholdFilter filter = new ThresholdFilter();
            filter.setLevel(Level.WARN.levelStr);
            filter.start();
            console.addFilter(filter);
        }
        start(console, context, options);
        root.addAppender(console);
        if (options.logFile != null) {
            requireWritable(options.logFile);
            FileAppender<ILoggingEvent> file = new FileAppender<>();
            file.setFile(options.logFile.toString());
            start(file, context, options);
            root.addAppender(file);
        }
    }

    /** Of a thread that nobody watches: the JVM would print it past the log. */
    static void onUncaught(Thread thread, Throwable e) {
        LoggerFactory.getLogger(thread.getName()).error("A thread has ended: {}", Messages.of(e), e);
    }

    private static void start(OutputStreamAppender<ILoggingEvent> appender, LoggerContext context, LogOptions options) {
        LogEncoder encoder = LogEncoder.of(options.format, options.verbose);
        encoder.setContext(context);
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
