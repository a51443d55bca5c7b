package io.parcelnode.perf.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parcelnode.perf.ledger.LedgerComparison.Cost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerReportTest {
    @TempDir
    Path folder;

    @Test
    void tellsMediansAndByHowMuchTheyDiffer() {
        ServedFolder served = new ServedFolder(folder, folder, 2_000, 10_000);
        LedgerReport report = new LedgerReport(
                served,
                List.of(new Cost(2.2, 0.5), new Cost(9, 9), new Cost(2, 0.3)),
                List.of(new Cost(1, 0.1), new Cost(2, 0.25), new Cost(3, 0.9)));
        ObjectNode json = report.json();
        assertEquals("2.200", json.get("seconds_with").asText());
        assertEquals("2.000", json.get("seconds_without").asText());
        assertEquals("0.100", json.get("seconds_more").asText());
        assertEquals("1.000", json.get("server_cpu_more").asText());
        assertTrue(report.text().startsWith("2000 x 10000 bytes, 3 downloads from each"), report::text);
        assertTrue(report.text().contains("+10.0%"), report::text);
        assertTrue(report.text().contains("+100.0%"), report::text);
    }

    @Test
    void servesFilesOfExactlyThatSizeAndListsThem() throws Exception {
        ServedFolder served = ServedFolder.make(folder, 3, (1 << 20) + 1);
        assertEquals(List.of("file-0", "file-1", "file-2"), Files.readAllLines(served.list()));
        for (String id : Files.readAllLines(served.list())) {
            assertEquals((1 << 20) + 1, Files.size(served.folder().resolve(id)));
        }
    }
}
