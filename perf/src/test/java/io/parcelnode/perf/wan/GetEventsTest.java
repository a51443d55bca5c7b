package io.parcelnode.perf.wan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class GetEventsTest {
    private static final long SECOND_NS = 1_000_000_000;

    private final GetEvents events = new GetEvents();

    @Test
    void anUnfinishedFileIsRatedByItsLatestProgress() {
        events.onLine(10 * SECOND_NS, "{\"event\":\"connected\",\"server\":\"h\"}");
        events.onLine(12 * SECOND_NS, "{\"event\":\"progress\",\"id\":\"x\",\"received\":1000,\"bytes\":9000}");
        events.onLine(13 * SECOND_NS, "a line of a log");

        assertEquals(new Delivery(1_000, 2), events.delivered());
        assertFalse(events.isVerified());
    }

    @Test
    void aFinishedFileHasItsOwnTime() {
        events.onLine(SECOND_NS, "{\"event\":\"connected\"}");
        events.onLine(9 * SECOND_NS, "{\"event\":\"file-done\",\"bytes\":9000,\"seconds\":7.5,\"status\":\"ok\"}");

        assertEquals(new Delivery(9_000, 7.5), events.delivered());
        assertTrue(events.isVerified());
    }

    @Test
    void aFailedFileTellsWhy() {
        events.onLine(9, "{\"event\":\"file-done\",\"bytes\":9000,\"status\":\"failed\",\"reason\":\"disk full\"}");

        assertEquals("disk full", events.reason());
        assertEquals(Delivery.NOTHING, events.delivered());
        assertFalse(events.isVerified());
    }
}
