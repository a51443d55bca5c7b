package io.parcelnode.node.get;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.ParcelHome;
import io.parcelnode.node.cli.Redaction;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.Terminal.SignalHandler;
import org.jline.terminal.TerminalBuilder;

/**
 * {@code get} as a conversation: reads line after line and does what they say, until {@code quit} or Ctrl-D. Lines are
 * remembered in {@code PARCEL_HOME/history}, except those that could hold a token.
 *
 * <p>Only this class and {@link PromptCompleter} know JLine, so that nothing of it is loaded without a prompt.
 */
final class Prompt implements PromptScreen {
    private static final String HISTORY_FILE = "history";
    private static final int HISTORY_LINES = 500;

    private final Terminal terminal;
    private final PromptVerbs verbs;
    private final LineReader reader;

    Prompt(Terminal terminal, GetSettings settings, Path home) {
        this.terminal = terminal;
        verbs = new PromptVerbs(settings, this);
        DefaultParser parser = new DefaultParser();
        parser.setEscapeChars(null); // An id may have a backslash in it; a refusal of that says more than another id.
        reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("parcel-node")
                .parser(parser)
                .completer(new PromptCompleter(verbs))
                .history(new CarefulHistory())
                .variable(LineReader.HISTORY_FILE, home.resolve(HISTORY_FILE))
                .variable(LineReader.HISTORY_SIZE, HISTORY_LINES)
                .variable(LineReader.HISTORY_FILE_SIZE, HISTORY_LINES)
                // An id may have an exclamation mark in it.
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .build();
    }

    /** On the terminal of this process; returns the exit code. */
    @SuppressWarnings(
            "deprecation") // The progress bars take the terminal from there, and nothing else gives it to them.
    static int open(GetSettings settings) throws CommandException, IOException, InterruptedException {
        Path home = ParcelHome.create(ParcelHome.path());
        // The one provider without native code, which newer JVMs would warn of.
        try (Terminal terminal = TerminalBuilder.builder()
                .system(true)
                .provider("exec")
                .dumb(true)
                .nativeSignals(true)
                .build()) {
            if (terminal.getWidth() == 0) {
                terminal.setSize(new Size(80, 24)); // It does not know; there has to be some.
            }
            // The progress bars draw on the same one, but are not to close it.
            TerminalBuilder.setTerminalOverride(unclosable(terminal));
            return new Prompt(terminal, settings, home).run();
        } finally {
            TerminalBuilder.setTerminalOverride(null);
        }
    }

    int run() throws InterruptedException {
        say("parcel-node get: 'help' lists the verbs, Ctrl-D leaves.");
        while (!verbs.isOver()) {
            try {
                reader.readLine("parcel> ");
                verbs.run(reader.getParsedLine().words().stream()
                        .filter(word -> !word.isEmpty())
                        .toList());
            } catch (UserInterruptException e) {
                // Ctrl-C at the prompt gives up the line and no more.
                continue;
            } catch (EndOfFileException e) {
                break;
            }
        }
        return ExitCode.OK.number();
    }

    @Override
    public void say(String line) {
        terminal.writer().println(Redaction.of(line));
        terminal.flush();
    }

    @Override
    public String ask(String question) {
        return readAnswer(question, null);
    }

    @Override
    public String askHidden(String question) {
        return readAnswer(question, '*');
    }

    private String readAnswer(String question, Character mask) {
        reader.setVariable(LineReader.DISABLE_HISTORY, true);
        reader.setVariable(LineReader.DISABLE_COMPLETION, true);
        try {
            return reader.readLine(question, mask);
        } catch (UserInterruptException | EndOfFileException e) {
            return null;
        } finally {
            reader.setVariable(LineReader.DISABLE_HISTORY, false);
            reader.setVariable(LineReader.DISABLE_COMPLETION, false);
        }
    }

    @Override
    public void interruptible(Runnable onInterrupt, Task task)
            throws CommandException, IOException, InterruptedException {
        SignalHandler before = terminal.handle(Signal.INT, signal -> onInterrupt.run());
        try {
            task.run();
        } finally {
            terminal.handle(Signal.INT, before);
        }
    }

    private static Terminal unclosable(Terminal terminal) {
        return (Terminal) Proxy.newProxyInstance(
                Prompt.class.getClassLoader(), new Class<?>[] {Terminal.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    try {
                        return method.invoke(terminal, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** Never remembers a token, whether it is asked for or typed where it does not belong. */
    private static final class CarefulHistory extends DefaultHistory {
        @Override
        public void add(Instant time, String line) {
            if (!PromptVerbs.mayHoldSecret(line)) {
                super.add(time, line);
            }
        }
    }
}
