package io.parcelnode.node.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.ForkedNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no signals")
@EnabledIfSystemProperty(named = ForkedNode.JAR_PROPERTY, matches = ".+", disabledReason = "needs the packaged jar")
class StopIT {
    /** With these a download takes longer than a test may wait. */
    private static final long SIZE = 100_000_000;

    private static final String SLOW = "limit = 1Mbit";

    @TempDir
    Path folder;

    @Test
    void aSecondSignalDuringTheDrainEndsItAtOnce() throws Exception {
        try (ServeProcess server = new ServeProcess(folder, List.of(SLOW, "drain-timeout = 1h"))) {
            server.file("x", SIZE);
            try (ForkedNode download = server.begin("x")) {
                server.node.terminate();
                server.awaitLog("Stopping: no new requests");
                assertTrue(server.node.isRunning(), server.node::all);
                server.node.terminate();

                assertEquals(130, server.node.exitCode(), server.node::all);
            }
        }
    }

    @Test
    void whoIsOneTooManyWaitsUntilThereIsRoom() throws Exception {
        try (ServeProcess server = new ServeProcess(folder, List.of(SLOW, "max-clients = 1"))) {
            server.file("x", SIZE);
            server.file("small", 1_000);
            try (ForkedNode first = server.begin("x")) {
                try (ForkedNode second = server.get("small")) {
                    server.awaitLog("away: MAX_CLIENTS");
                    assertTrue(second.isRunning(), second::all);
                    first.close();

                    assertEquals(0, second.exitCode(), second::all);
                }
            }
            assertTrue(server.ask("/metrics", null)
                    .body()
                    .contains("parcel_turned_away_total{reason=\"client_sessions\"} 0.0"));
        }
    }
}
