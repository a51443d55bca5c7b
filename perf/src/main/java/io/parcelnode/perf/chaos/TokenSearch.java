package io.parcelnode.perf.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks for tokens where none may be: in what programs print, write down and keep. */
final class TokenSearch {
    /** Of what is larger, contents of files, the beginning tells enough. */
    private static final int READ_MAX_BYTES = 32 << 20;

    private TokenSearch() {}

    /**
     * The files below {@code folder} in which {@code mark} stands, also in a part of a token.
     *
     * @param except the one file that may hold it
     */
    static List<Path> in(Path folder, String mark, Path except) throws IOException {
        List<Path> found = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                String text = new String(in.readNBytes(READ_MAX_BYTES), StandardCharsets.ISO_8859_1);
                if (!file.equals(except) && text.contains(mark)) {
                    found.add(file);
                }
            } catch (NoSuchFileException e) {
                continue; // What waits for the database is gone when that has it.
            }
        }
        return found;
    }
}
