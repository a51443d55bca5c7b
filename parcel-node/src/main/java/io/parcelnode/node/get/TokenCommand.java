package io.parcelnode.node.get;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Messages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Runs {@code --token-command} once, by the system's shell. What it prints to stderr is for the person who wrote it. */
final class TokenCommand {
    /** A command that leaves something running in the background may never close its output. */
    private static final long OUTPUT_MAX_MS = 1_000;

    private final Process process;
    private final Thread reader;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private TokenCommand(Process process) {
        this.process = process;
        reader = new Thread(this::read, "token-command");
        reader.setDaemon(true);
        reader.start();
    }

    /** Returns what it printed; ends it, and what it has started, when it takes longer than {@code most}. */
    static String run(String command, Duration most) throws CommandException {
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        ProcessBuilder builder =
                windows ? new ProcessBuilder("cmd", "/c", command) : new ProcessBuilder("sh", "-c", command);
        try {
            Process process =
                    builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
            return new TokenCommand(process).await(most);
        } catch (IOException e) {
            throw new CommandException(ExitCode.TOKEN, "cannot run --token-command: " + Messages.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.TOKEN, "interrupted while --token-command was running", e);
        }
    }

    private String await(Duration most) throws CommandException, InterruptedException {
        boolean ended = false;
        try {
            closeInput();
            ended = process.waitFor(most.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
        if (!ended) {
            throw new CommandException(
                    ExitCode.TOKEN, "--token-command did not end within " + Math.max(1, most.toSeconds()) + " s");
        }
        if (process.exitValue() != 0) {
            throw new CommandException(ExitCode.TOKEN, "--token-command ended with exit code " + process.exitValue());
        }
        reader.join(OUTPUT_MAX_MS);
        synchronized (printed) {
            return printed.toString(StandardCharsets.UTF_8);
        }
    }

    /** Nobody types here. */
    private void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            return; // It has ended already.
        }
    }

    /** Takes more than a token may have and drops it, so that a command that prints a lot still ends. */
    private void read() {
        byte[] buffer = new byte[4_096];
        InputStream out = process.getInputStream();
        try {
            for (int length = out.read(buffer); length >= 0; length = out.read(buffer)) {
                synchronized (printed) {
                    if (printed.size() <= TokenSource.TOKEN_MAX_CHARS) {
                        printed.write(buffer, 0, length);
                    }
                }
            }
        } catch (IOException e) {
            return; // The command was ended.
        }
    }
}
