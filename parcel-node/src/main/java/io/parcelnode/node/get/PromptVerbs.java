package io.parcelnode.node.get;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.ParcelHome;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** What can be said at the prompt: the verbs have the names of the flags. Used by one thread. */
final class PromptVerbs {
    /** What the arguments of a verb are, for completion. */
    enum Argument {
        NONE,
        TEXT,
        ID,
        FILE,
        FOLDER
    }

    private record Verb(
            String arguments, String help, Argument argument, int argumentsMin, int argumentsMax, Action action) {}

    private interface Action {
        void run(List<String> arguments) throws CommandException, IOException, InterruptedException;
    }

    private static final int MANY = Integer.MAX_VALUE;
    private static final int IDS_KNOWN_MAX = 100_000;
    private static final Pattern TOKEN_VERB = Pattern.compile("^(set\\s+)?(t\\s|token)");
    /** As {@code get} takes it on a command line; a word of any verb. */
    private static final Pattern TOKEN_FLAG = Pattern.compile("(^|\\s)-+t(?!oken-file\\s)");

    private static final Map<String, String> ALIASES = Map.of(
            "download", "get", "ls", "info", "list", "settings", "show", "settings", "exit", "quit", "?", "help");

    private final GetSettings settings;
    private final PromptScreen screen;
    private final Map<String, Verb> verbs = new LinkedHashMap<>();
    private final Collection<String> idsSeen = new TreeSet<>();
    private List<WantedFile> listed = List.of();
    private boolean over;

    PromptVerbs(GetSettings settings, PromptScreen screen) {
        this.settings = settings;
        this.screen = screen;
        add("host", "HOST", "the server", Argument.TEXT, 1, 1, this::host);
        add("port", "N", "its UDP port", Argument.TEXT, 1, 1, this::port);
        add("server-fingerprint", "sha256:HEX", "what its certificate must have", Argument.TEXT, 1, 1, this::pin);
        add("token-file", "FILE", "file with the token for the endpoint", Argument.FILE, 1, 1, this::tokenFile);
        add("token", "", "asks for the token itself and does not show it", Argument.NONE, 0, 0, this::token);
        add("dir", "DIR", "where to", Argument.FOLDER, 1, 1, this::folder);
        add("jobs", "N", "large files in flight at once", Argument.TEXT, 1, 1, this::jobs);
        add(
                "limit",
                "LIMIT",
                "most that the server may send: 200Mbit, 08:00,200Mbit 19:00,off, or off",
                Argument.TEXT,
                1,
                MANY,
                this::limit);
        add("manifest", "FILE", "takes the ids of a manifest or list", Argument.FILE, 1, 1, this::manifest);
        add("settings", "", "shows all of that", Argument.NONE, 0, 0, this::showSettings);
        add(
                "info",
                "[ID...]",
                "name and size of files; of those in the manifest if none is named",
                Argument.ID,
                0,
                MANY,
                arguments -> transfer(arguments, true));
        add(
                "get",
                "[ID...]",
                "downloads them; Ctrl-C ends that",
                Argument.ID,
                0,
                MANY,
                arguments -> transfer(arguments, false));
        add("help", "", "this", Argument.NONE, 0, 0, this::help);
        add("quit", "", "leaves, as Ctrl-D does", Argument.NONE, 0, 0, arguments -> over = true);
    }

    /** Whether {@code quit} has been said. */
    boolean isOver() {
        return over;
    }

    /** Does what a line says; what goes wrong is said, not thrown. */
    void run(List<String> line) throws InterruptedException {
        List<String> words = withoutSet(line);
        if (words.isEmpty()) {
            return;
        }
        String name = nameOf(words.get(0));
        Verb verb = verbs.get(name);
        List<String> arguments = words.subList(1, words.size());
        if (verb == null) {
            screen.say("There is no verb '" + Messages.onOneLine(words.get(0)) + "'; help lists those that are.");
            return;
        }
        if (arguments.size() < verb.argumentsMin || arguments.size() > verb.argumentsMax) {
            String hint = name.equals("token") ? "; it is asked for, so that it is not shown" : "";
            screen.say(("Usage: " + name + " " + verb.arguments).strip() + hint);
            return;
        }
        try {
            verb.action.run(arguments);
        } catch (CommandException | IOException | TypeConversionException | InvalidPathException e) {
            screen.say(Messages.of(e));
        }
    }

    Collection<String> names() {
        return verbs.keySet();
    }

    /** What may follow that verb. */
    Argument argumentOf(String verb) {
        Verb known = verbs.get(nameOf(verb));
        return known == null ? Argument.NONE : known.argument;
    }

    /** Ids that were named so far. */
    Collection<String> idsSeen() {
        return idsSeen;
    }

    /** Whether a line could hold a secret, so that it is better forgotten. */
    static boolean mayHoldSecret(String line) {
        String plain = line.strip().toLowerCase(Locale.ROOT);
        return TOKEN_FLAG.matcher(plain).find()
                || TOKEN_VERB.matcher(plain).find() && !plain.matches("(set\\s+)?token-file\\s.*");
    }

    private void add(String name, String arguments, String help, Argument argument, int min, int max, Action action) {
        verbs.put(name, new Verb(arguments, help, argument, min, max, action));
    }

    /** The original said {@code set host HOST}. */
    private static List<String> withoutSet(List<String> line) {
        return line.size() > 1 && line.get(0).equalsIgnoreCase("set") ? line.subList(1, line.size()) : line;
    }

    private static String nameOf(String word) {
        String name = word.toLowerCase(Locale.ROOT).replaceFirst("^--", "");
        return ALIASES.getOrDefault(name, name);
    }

    private void host(List<String> arguments) {
        settings.host = arguments.get(0);
    }

    private void port(List<String> arguments) throws CommandException {
        int port = number("port", arguments.get(0), 1, 65_535);
        settings.port = port;
    }

    private void pin(List<String> arguments) throws CommandException {
        ServerIdentityCheck.pinned(arguments.get(0)); // Says what is wrong with it.
        settings.server.pin(arguments.get(0));
    }

    private void tokenFile(List<String> arguments) throws CommandException {
        Path file = path(arguments.get(0));
        TokenSource source = TokenSource.ofFile(file);
        source.read();
        settings.token = source;
        settings.tokenOrigin = "from the file " + file;
    }

    private void token(List<String> arguments) throws CommandException {
        String text = screen.askHidden("Token (empty for none): ");
        if (text == null) {
            return;
        }
        TokenSource source = TokenSource.fixed(text.isBlank() ? null : text);
        source.read();
        settings.token = source;
        settings.tokenOrigin = text.isBlank() ? "none" : "given";
    }

    private void folder(List<String> arguments) {
        settings.folder = path(arguments.get(0));
    }

    private void jobs(List<String> arguments) throws CommandException {
        int jobs = number("jobs", arguments.get(0), 1, 64);
        settings.jobs = jobs;
    }

    private void limit(List<String> arguments) {
        settings.limit = LimitTimetable.parse(String.join(" ", arguments));
    }

    private void manifest(List<String> arguments) throws CommandException {
        listed = Manifest.readNamed("the manifest", path(arguments.get(0)));
        listed.forEach(file -> remember(file.id()));
        screen.say(listed.size() + " files; get downloads them all");
    }

    private void showSettings(List<String> arguments) {
        screen.say("host      " + settings.host);
        screen.say("port      " + settings.port);
        screen.say("token     " + settings.tokenOrigin);
        screen.say("dir       " + Messages.onOneLine(settings.folder.toString()));
        screen.say("jobs      " + settings.jobs);
        screen.say("limit     " + settings.limit);
        screen.say("manifest  " + (listed.isEmpty() ? "none" : listed.size() + " files"));
        screen.say("state     " + ParcelHome.path());
    }

    private void transfer(List<String> ids, boolean onlyLook)
            throws CommandException, IOException, InterruptedException {
        List<WantedFile> wanted = new ArrayList<>(ids.isEmpty() ? listed : List.of());
        for (String id : ids) {
            if (id.startsWith("-")) {
                throw new CommandException(
                        ExitCode.USAGE, "there are no flags here: each has a verb of its name, help lists them");
            }
        }
        for (String id : ids) {
            remember(id);
            wanted.add(listed.stream()
                    .filter(file -> file.id().equals(id))
                    .findFirst()
                    .orElse(WantedFile.of(id)));
        }
        if (wanted.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, "nothing is named: give an ID, or a manifest before");
        }
        try (Reporter reporter = new TextReporter(!settings.noStats)) {
            DownloadRun run =
                    settings.newRun(reporter, onlyLook, question -> ServerIdentityCheck.isYes(screen.ask(question)));
            screen.interruptible(run::cancel, () -> run.run(wanted));
        }
    }

    private void help(List<String> arguments) {
        verbs.forEach((name, verb) ->
                screen.say(String.format(Locale.ROOT, "%-30s %s", (name + " " + verb.arguments).strip(), verb.help)));
    }

    private void remember(String id) {
        if (idsSeen.size() < IDS_KNOWN_MAX) {
            idsSeen.add(id);
        }
    }

    /** As a shell would have it. */
    private static Path path(String text) {
        return text.equals("~") || text.startsWith("~/")
                ? Path.of(System.getProperty("user.home") + text.substring(1))
                : Path.of(text);
    }

    private static int number(String verb, String text, int min, int max) throws CommandException {
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < min || Integer.parseInt(text) > max) {
            throw new CommandException(
                    ExitCode.USAGE,
                    verb + " " + Messages.onOneLine(text) + " is not a number from " + min + " to " + max);
        }
        return Integer.parseInt(text);
    }
}
