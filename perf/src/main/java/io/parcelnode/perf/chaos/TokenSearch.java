package io.parcelnode.perf.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

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
        for (Path file : filesBelow(folder)) {
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

    private static List<Path> filesBelow(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException cause) throws IOException {
                if (cause instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE; // As below.
                }
                throw cause;
            }
        });
        return files;
    }
}
