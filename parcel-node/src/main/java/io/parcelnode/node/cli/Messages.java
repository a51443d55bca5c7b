package io.parcelnode.node.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Exceptions as people read them: some of the JDK's say no more than a path. */
public final class Messages {
    private Messages() {}

    /**
     * A text from elsewhere as one harmless line: without control characters (the terminal's second set of them, too),
     * invisible ones and those that turn the direction of writing.
     */
    public static String onOneLine(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]", " ")
                .replaceAll("\\p{Cf}", "")
                .replaceAll("\\s+", " ")
                .strip();
    }

    public static String of(Throwable failure) {
        if (failure instanceof AccessDeniedException e) {
            return "permission denied: " + e.getFile();
        }
        if (failure instanceof NoSuchFileException e) {
            return "no such file or folder: " + e.getFile();
        }
        if (failure instanceof NotDirectoryException || failure instanceof FileAlreadyExistsException) {
            return "not a folder: " + ((FileSystemException) failure).getFile();
        }
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
