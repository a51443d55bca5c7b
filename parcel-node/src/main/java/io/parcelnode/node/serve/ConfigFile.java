package io.parcelnode.node.serve;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Messages;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The file of {@code serve --config}: a properties file whose keys are the long flags without dashes. Its settings become
 * arguments, so that they are read, checked and complained about as flags are.
 */
public final class ConfigFile {
    private static final String FLAG = "--config";
    private static final String PREFIX = "--";
    private static final long LENGTH_MAX_BYTES = 1 << 20;
    private static final Set<String> ONLY_FLAGS = Set.of(FLAG, "--check", "--help", "--version");

    private ConfigFile() {}

    /**
     * Adds what stands in the file to the arguments, without what they set themselves.
     *
     * @param serve the command whose arguments they are; nothing is executed
     */
    public static String[] expand(CommandLine serve, String... arguments) throws CommandException {
        ParseResult given = parseLeniently(serve, arguments);
        Path file = given == null ? null : given.matchedOptionValue(FLAG, null);
        if (file == null) {
            return arguments;
        }
        List<String> all = new ArrayList<>();
        for (Map.Entry<String, String> setting : read(file).entrySet()) {
            OptionSpec option = option(serve, file, setting.getKey());
            String argument = argument(file, setting.getKey(), setting.getValue(), option);
            if (argument != null && !isGiven(option, given)) {
                all.add(argument);
            }
        }
        all.addAll(Arrays.asList(arguments));
        return all.toArray(String[]::new);
    }

    /** What is wrong with the flags is told later, when those of the file are beside them. */
    private static ParseResult parseLeniently(CommandLine serve, String... arguments) {
        serve.getCommandSpec().parser().collectErrors(true);
        try {
            return serve.parseArgs(arguments);
        } catch (ParameterException e) {
            return null;
        }
    }

    private static Map<String, String> read(Path file) throws CommandException {
        try {
            if (Files.size(file) > LENGTH_MAX_BYTES) {
                throw new IOException("it is longer than " + LENGTH_MAX_BYTES + " bytes, so it is something else");
            }
            Settings settings = new Settings();
            try (Reader reader = new StringReader(Files.readString(file, StandardCharsets.UTF_8))) {
                settings.load(reader);
            }
            return settings.values;
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, "cannot use --config " + file + ": " + Messages.of(e), e);
        }
    }

    private static OptionSpec option(CommandLine serve, Path file, String key) throws CommandException {
        OptionSpec option = key.length() < 2 ? null : serve.getCommandSpec().findOption(PREFIX + key);
        if (option == null) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--config " + file + " sets '" + Messages.onOneLine(key)
                            + "', which serve does not know; nearest is '" + nearest(serve, key) + "'");
        }
        if (ONLY_FLAGS.contains(option.longestName())) {
            throw new CommandException(
                    ExitCode.USAGE, "--config " + file + " sets '" + key + "', which only the command line can");
        }
        return option;
    }

    /** A file that serves an endpoint can be told on the command line to serve a folder. */
    private static boolean isGiven(OptionSpec option, ParseResult given) {
        if (option.group() != null && option.group().exclusive()) {
            return option.group().options().stream().anyMatch(given.matchedOptionsSet()::contains);
        }
        return given.matchedOptionsSet().contains(option);
    }

    /** Null for a flag that is not to be set. */
    private static String argument(Path file, String key, String value, OptionSpec option) throws CommandException {
        if (value.isEmpty()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--config " + file + " gives '" + key + "' no value; write one, or remove the line");
        }
        if (option.arity().max() > 0) {
            return PREFIX + key + "=" + value;
        }
        return switch (value) {
            case "true" -> PREFIX + key;
            case "false" -> null;
            default ->
                throw new CommandException(
                        ExitCode.USAGE,
                        "--config " + file + " sets '" + key + "' to '" + Messages.onOneLine(value)
                                + "', which is neither true nor false");
        };
    }

    private static String nearest(CommandLine serve, String key) {
        return serve.getCommandSpec().options().stream()
                .flatMap(option -> Arrays.stream(option.names()))
                .filter(name -> name.startsWith(PREFIX) && !ONLY_FLAGS.contains(name))
                .map(name -> name.substring(PREFIX.length()))
                .min(Comparator.comparingInt((String name) -> editDistance(name, key))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    /** Letters to change, add or remove; long keys are cut, they are near to nothing. */
    private static int editDistance(String name, String key) {
        String other = key.substring(0, Math.min(key.length(), 100));
        int[] row = new int[other.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= name.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int changed = diagonal + (name.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }

    /** Keeps the keys in order, and takes each once: of two values one would be ignored. */
    private static final class Settings extends Properties {
        private static final long serialVersionUID = 1;

        private final transient Map<String, String> values = new TreeMap<>();

        @Override
        public synchronized Object put(Object key, Object value) {
            if (values.put((String) key, ((String) value).strip()) != null) {
                throw new IllegalArgumentException("it sets '" + key + "' twice");
            }
            return null;
        }
    }
}
