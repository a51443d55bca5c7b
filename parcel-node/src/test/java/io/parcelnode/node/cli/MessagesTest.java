package io.parcelnode.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

class MessagesTest {
    @Test
    void saysWhatBarePathsMean() {
        assertEquals("permission denied: /x", Messages.of(new AccessDeniedException("/x")));
        assertEquals("no such file or folder: /x", Messages.of(new NoSuchFileException("/x")));
        assertEquals("not a folder: /x", Messages.of(new NotDirectoryException("/x")));
        assertEquals("not a folder: /x", Messages.of(new FileAlreadyExistsException("/x")));
    }

    @Test
    void aTextFromElsewhereIsOneHarmlessLine() {
        assertEquals("a b c", Messages.onOneLine(" a\r\n\u001b \u009b b\u2028c\u202e\u200b\ufeff "));
        assertEquals("a?b?c?", FileIds.printable("a\u009bb\u202ec\n"));
    }

    @Test
    void fallsBackToTheKindOfException() {
        assertEquals("it broke", Messages.of(new IOException("it broke")));
        assertEquals("IOException", Messages.of(new IOException()));
        assertEquals("IllegalStateException", Messages.of(new IllegalStateException(" ")));
    }
}
