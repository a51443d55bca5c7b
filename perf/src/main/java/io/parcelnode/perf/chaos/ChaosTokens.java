package io.parcelnode.perf.chaos;

import io.parcelnode.perf.chaos.ChaosPlan.TokenWay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The tokens of one run: which one the endpoint takes, and which one the clients are given. Every token of a run begins
 * with its {@link #mark}, which must be found nowhere else. {@link #isGood} is for any thread.
 */
final class ChaosTokens {
    /** Every token of every run begins so. */
    static final String MARK = "chaosT0ken";

    private static final int LETTERS = 24;

    private final TokenWay way;
    private final Path file;
    private final String mark;
    private final SplittableRandom random;
    private volatile String good;
    private String given;

    /** @param folder for what holds the token */
    ChaosTokens(TokenWay way, Path folder, long seed) {
        this.way = way;
        file = folder.resolve("given.txt");
        mark = MARK + seed + 'x';
        random = new SplittableRandom(seed);
    }

    String mark() {
        return mark;
    }

    /** What holds the token, and is the only file that may. */
    Path file() {
        return file;
    }

    /** Whether there is a way to another token than the first. */
    boolean canBeRenewed() {
        return way == TokenWay.FILE || way == TokenWay.COMMAND;
    }

    boolean isGood(String token) {
        return way == TokenWay.NONE || token != null && token.equals(good);
    }

    /** For the clients that are to be started. */
    void give(boolean isToBeGood) throws IOException {
        good = draw();
        given = isToBeGood ? good : draw();
        write(given);
    }

    /** The endpoint takes the token no more. Whoever asks for another one gets the same, or nothing at all. */
    void expire() throws IOException {
        good = draw();
        if (random.nextBoolean()) {
            Files.deleteIfExists(file);
        }
    }

    /** Whoever asks for another one gets one that is good. */
    void renew() throws IOException {
        write(good);
    }

    List<String> arguments() {
        return switch (way) {
            case NONE -> List.of();
            case FLAG -> List.of("--token", given);
            case FILE -> List.of("--token-file", file.toString());
            case COMMAND -> List.of("--token-command", "cat '" + file + "' 2>/dev/null");
        };
    }

    private void write(String token) throws IOException {
        if (canBeRenewed()) {
            Files.writeString(file, token + '\n');
        }
    }

    private String draw() {
        StringBuilder token = new StringBuilder(mark);
        for (int i = 0; i < LETTERS; i++) {
            token.append((char) ('a' + random.nextInt(26)));
        }
        return token.toString();
    }
}
