package io.parcelnode.node.serve;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.LogOptions;
import io.parcelnode.node.cli.Logging;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The part of {@code serve --check} that a start does by doing: folders and files that it would make. */
final class Preflight {
    private static final Set<String> NO_SETTINGS = Set.of("--check", "--config", "--help", "--version");

    private Preflight() {}

    /** Reads the identity in the state folder, if there is one. */
    static void requireUsable(Path state) throws CommandException {
        requireWritable(nearestThatExists(state), true, "cannot use the state folder " + state);
        IdentityStore.readIfMade(state);
    }

    /** The output of a check is a configuration file, so warnings go elsewhere. The log file is looked at, not opened. */
    static void configureLog(LogOptions log) throws CommandException {
        LogOptions consoleOnly = new LogOptions();
        consoleOnly.verbose = log.verbose;
        Logging.configure(consoleOnly, true);
        requireWritable(log);
    }

    static void requireWritable(LogOptions log) throws CommandException {
        if (log.logFile != null) {
            Path file = log.logFile.toAbsolutePath();
            boolean exists = Files.exists(file);
            requireWritable(exists ? file : file.getParent(), !exists, "cannot write the log file " + log.logFile);
        }
    }

    /** As a configuration file would have them. */
    static void print(Map<String, String> settings, Path state, PrintStream out) {
        settings.forEach((flag, written) -> {
            String value = flag.equals("--state-dir") ? state.toString() : written;
            String key = flag.substring(2);
            out.println(value == null ? "# " + key + " is not set" : key + " = " + value.replace("\\", "\\\\"));
        });
    }

    /** What a configuration file can set, by its flags; null for what is neither given nor has a default. */
    static Map<String, String> settings(ParseResult parsed) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (OptionSpec option : parsed.commandSpec().options()) {
            if (!NO_SETTINGS.contains(option.longestName())) {
                settings.put(option.longestName(), value(option, parsed));
            }
        }
        return settings;
    }

    /** As it was written, not as it was understood. */
    private static String value(OptionSpec option, ParseResult parsed) {
        OptionSpec given = parsed.matchedOption(option.longestName());
        if (option.arity().max() == 0) {
            return String.valueOf(given != null);
        }
        List<String> written = given == null ? List.of() : given.originalStringValues();
        return written.isEmpty() ? option.defaultValue() : String.join(",", written);
    }

    private static Path nearestThatExists(Path path) {
        Path nearest = path.toAbsolutePath();
        while (!Files.exists(nearest) && nearest.getParent() != null) {
            nearest = nearest.getParent();
        }
        return nearest;
    }

    private static void requireWritable(Path path, boolean isFolder, String sentence) throws CommandException {
        String fault = Files.isDirectory(path) != isFolder
                ? path + (isFolder ? " is no folder" : " is a folder")
                : Files.isWritable(path) ? null : path + " is not writable by this user";
        if (fault != null) {
            throw new CommandException(ExitCode.LOCAL_DISK, sentence + ": " + fault);
        }
    }
}
