package io.parcelnode.node.cli;

import java.nio.file.Path;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The flags about logs that all commands share. */
public final class LogOptions {
    @Option(
            names = {"-v", "--verbose"},
            description = "Debug log, and stack traces of errors.")
    public boolean verbose;

    @Option(names = "--log-file", paramLabel = "FILE", description = "Write the log to FILE as well.")
    public Path logFile;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "Lines of the log as text, or as json: one object a line (default: ${DEFAULT-VALUE}).")
    public LogFormat format = LogFormat.TEXT;

    /** A line of its own that people and scripts wait for; among lines of JSON it is one of them. */
    public void sayOnStdout(String line) {
        if (format == LogFormat.JSON) {
            LoggerFactory.getLogger(Logging.SERVER).info("{}", line);
        } else {
            System.out.println(line);
            System.out.flush();
        }
    }
}
