package io.parcelnode.perf.wan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SocketLimitsTest {
    @TempDir
    private Path folder;

    @Test
    void raisesWhatIsTooLowAndPutsItBack() throws IOException {
        Files.writeString(folder.resolve("rmem_max"), "212992\n");
        Files.writeString(folder.resolve("wmem_max"), "1000000000\n");

        try (SocketLimits limits = new SocketLimits(folder)) {
            assertEquals(SocketLimits.WANTED_BYTES, limits.receiveMaxBytes());
            assertEquals(1_000_000_000, limits.sendMaxBytes());
        }

        assertEquals("212992", Files.readString(folder.resolve("rmem_max")));
        assertEquals("1000000000\n", Files.readString(folder.resolve("wmem_max")));
    }
}
