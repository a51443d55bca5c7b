package io.parcelnode.node.get;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes verbs, ids that were named, files and folders. */
final class PromptCompleter implements Completer {
    private static final int ENTRIES_MAX = 1_000;

    private final PromptVerbs verbs;

    PromptCompleter(PromptVerbs verbs) {
        this.verbs = verbs;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        if (line.wordIndex() == 0) {
            addAll(verbs.names(), candidates);
            return;
        }
        switch (verbs.argumentOf(line.words().get(0))) {
            case ID -> addAll(verbs.idsSeen(), candidates);
            case FILE -> addEntries(line.word(), false, candidates);
            case FOLDER -> addEntries(line.word(), true, candidates);
            case TEXT, NONE -> {}
        }
    }

    private static void addAll(Collection<String> words, List<Candidate> candidates) {
        words.forEach(word -> candidates.add(new Candidate(word)));
    }

    private static void addEntries(String typed, boolean foldersOnly, List<Candidate> candidates) {
        String folder = typed.substring(0, typed.lastIndexOf('/') + 1);
        String start = folder.startsWith("~/") ? System.getProperty("user.home") + folder.substring(1) : folder;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(start.isEmpty() ? "." : start))) {
            for (Path entry : entries) {
                boolean isFolder = Files.isDirectory(entry);
                if (candidates.size() >= ENTRIES_MAX) {
                    return;
                }
                if (isFolder || !foldersOnly) {
                    String name = entry.getFileName().toString() + (isFolder ? "/" : "");
                    candidates.add(new Candidate(folder + name, name, null, null, null, null, !isFolder));
                }
            }
        } catch (IOException | InvalidPathException e) {
            return; // There is nothing to propose.
        }
    }
}
