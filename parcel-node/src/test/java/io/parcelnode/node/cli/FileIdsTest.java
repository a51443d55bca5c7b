package io.parcelnode.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileIdsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "10G",
                "a/b/c.txt",
                "..a",
                "a..",
                "...",
                "with space",
                "ümläut",
                "50%",
                "%zz",
                "a%20b",
                "~x",
                "-x",
                "q?x=1#f"
            })
    void acceptsPlainIds(String id) {
        assertNull(FileIds.refusal(id));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "..",
                ".",
                "../x",
                "a/../b",
                "a/..",
                "a/./b",
                "/etc/passwd",
                "a//b",
                "a/",
                "a\\b",
                "..\\x",
                "a\nb",
                "a\u0000b",
                "a\u007fb",
                "a\u0085b",
                "%2e%2e/x",
                "%2E%2E%2Fx",
                "..%2fx",
                "a%2F..%2fb",
                "%2fetc",
                "a%5Cb",
                "a%00b",
                "a%0ab"
            })
    void refusesWhatCouldPointElsewhere(String id) {
        assertNotNull(FileIds.refusal(id));
    }

    @Test
    void countsBytesAndNotCharacters() {
        assertNull(FileIds.refusal("ü".repeat(FileIds.LENGTH_MAX_BYTES / 2)));
        assertNotNull(FileIds.refusal("ü".repeat(FileIds.LENGTH_MAX_BYTES / 2) + "x"));
    }

    @ParameterizedTest
    @CsvSource({"a/b, a/b", "a b, a%20b", "ü, %C3%BC", "50%, 50%25", "q?x=1#f, q%3Fx%3D1%23f", "A-z._~0, A-z._~0"})
    void encodesEachSegment(String id, String path) {
        assertEquals(path, FileIds.toUrlPath(id));
    }

    @Test
    void printsOneLineWhateverTheIdHolds() {
        assertEquals("a?b?[31mc", FileIds.printable("a\nb\u001b[31mc"));
        assertEquals(201, FileIds.printable("x".repeat(5_000)).length());
    }
}
