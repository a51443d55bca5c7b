package io.parcelnode.node.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The flags about logs that all commands share. */
public final class LogOptions {
    @Option(
            names = {"-v", "--verbose"},
            description = "Debug log, and stack traces of errors.")
    public boolean verbose;

    @Option(names = "--log-file", paramLabel = "FILE", description = "Write the log to FILE as well.")
    public Path logFile;
}
