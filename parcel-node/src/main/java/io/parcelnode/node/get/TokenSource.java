package io.parcelnode.node.get;

import io.parcelnode.node.cli.CommandException;
import io.parcelnode.node.cli.ExitCode;
import io.parcelnode.node.cli.Messages;
import io.parcelnode.node.cli.Redaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Where the token comes from, again and again. What it returns is usable in a header; it is never part of a message. */
public interface TokenSource {
    int TOKEN_MAX_CHARS = 16 * 1024;
    Duration READ_MAX = Duration.ofMinutes(1);

    /**
     * The token as it is now, null for none.
     *
     * @param most how long this may take
     */
    String read(Duration most) throws CommandException;

    default String read() throws CommandException {
        return read(READ_MAX);
    }

    /** Whether another {@link #read} may bring another token. */
    boolean mayChange();

    static TokenSource fixed(String text) {
        return new TokenSource() {
            @Override
            public String read(Duration most) throws CommandException {
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
            public String read(Duration most) throws CommandException {
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
            public String read(Duration most) throws CommandException {
                return requireUsable(TokenCommand.run(command, most), ExitCode.TOKEN);
            }

            @Override
            public boolean mayChange() {
                return true;
            }
        };
    }

    private static String requireUsable(String text, ExitCode otherwise) throws CommandException {
        String token = text.strip();
        Redaction.remember(token);
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
