package io.parcelnode.node.get;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Messages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Where the token comes from, again and again. What it returns is usable in a header; it is never part of a message. */
public interface TokenSource {
    int TOKEN_MAX_CHARS = 16 * 1024;

    /** The token as it is now, null for none. May block. */
    String read() throws CommandException;

    /** Whether another {@link #read} may bring another token. */
    boolean mayChange();

    static TokenSource fixed(String text) {
        return new TokenSource() {
            @Override
            public String read() throws CommandException {
                return text == null ? null : requireUsable(text, ExitCode.USAGE);
            }

            @Override
            public boolean mayChange() {
                return false;
            }
        };
    }

    static TokenSource ofFile(Path file) {
        return new TokenSource() {
            @Override
            public String read() throws CommandException {
                try {
                    if (Files.size(file) > TOKEN_MAX_CHARS) {
                        throw new CommandException(
                                ExitCode.USAGE, "--token-file " + file + " has more than 16 KiB; is it a token?");
                    }
                    return requireUsable(Files.readString(file), ExitCode.USAGE);
                } catch (IOException e) {
                    throw new CommandException(
                            ExitCode.USAGE, "cannot read --token-file " + file + ": " + Messages.of(e), e);
                }
            }

            @Override
            public boolean mayChange() {
                return true;
            }
        };
    }

    /** What the command prints; it is run by the system's shell. */
    static TokenSource ofCommand(String command) {
        return new TokenSource() {
            @Override
            public String read() throws CommandException {
                return requireUsable(runCommand(command), ExitCode.TOKEN);
            }

            @Override
            public boolean mayChange() {
                return true;
            }
        };
    }

    private static String runCommand(String command) throws CommandException {
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        ProcessBuilder builder =
                windows ? new ProcessBuilder("cmd", "/c", command) : new ProcessBuilder("sh", "-c", command);
        Process process = null;
        try {
            process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
            process.getOutputStream().close();
            InputStream out = process.getInputStream();
            CompletableFuture<byte[]> printed = CompletableFuture.supplyAsync(() -> {
                try {
                    return out.readNBytes(TOKEN_MAX_CHARS + 1);
                } catch (IOException e) {
                    return new byte[0]; // The command was ended.
                }
            });
            byte[] bytes = printed.get(60, TimeUnit.SECONDS);
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new TimeoutException();
            }
            if (process.exitValue() != 0) {
                throw new CommandException(
                        ExitCode.TOKEN, "--token-command ended with exit code " + process.exitValue());
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException | ExecutionException e) {
            throw new CommandException(ExitCode.TOKEN, "cannot run --token-command: " + Messages.of(e), e);
        } catch (TimeoutException e) {
            throw new CommandException(ExitCode.TOKEN, "--token-command did not end within a minute", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.TOKEN, "interrupted while --token-command was running", e);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    private static String requireUsable(String text, ExitCode otherwise) throws CommandException {
        String token = text.strip();
        if (token.isEmpty()
                || token.length() > TOKEN_MAX_CHARS
                || !token.chars().allMatch(c -> c >= 0x20 && c <= 0x7E)) {
            throw new CommandException(
                    otherwise,
                    "the token is not usable: it must be 1 to " + TOKEN_MAX_CHARS
                            + " printable ASCII characters on one line");
        }
        return token;
    }
}
