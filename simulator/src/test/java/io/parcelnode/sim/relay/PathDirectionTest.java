package io.parcelnode.sim.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PathDirectionTest {
    private static final RelayConditions NONE = RelayConditions.NONE;

    private final PathDirection direction = new PathDirection(new SplittableRandom(42));

    @Test
    void losesTheGivenShare() {
        RelayConditions lossy = NONE.withLossShare(0.1);
        int lost = 0;
        for (int i = 0; i < 20_000; i++) {
            lost += direction.enter(i, 1_000, lossy) == PathDirection.DROPPED ? 1 : 0;
        }
        assertTrue(lost > 1_850 && lost < 2_150, "lost " + lost + " of 20000 at seed 42");
    }

    @Test
    void holdsBackTheGivenShare() {
        RelayConditions reordering = NONE.withReorderShare(0.05).withReorderDelay(Duration.ofMillis(3));
        int heldBack = 0;
        for (int i = 0; i < 20_000; i++) {
            heldBack += direction.enter(i, 1_000, reordering) == i + 3_000_000 ? 1 : 0;
        }
        assertTrue(heldBack > 880 && heldBack < 1_120, "held back " + heldBack + " of 20000 at seed 42");
    }

    @Test
    void spacesDatagramsByTheRate() {
        RelayConditions slow = NONE.withRateBitsPerSecond(8_000_000).withOneWayDelay(Duration.ofMillis(5));
        assertEquals(6_000_000, direction.enter(0, 972, slow));
        assertEquals(7_000_000, direction.enter(0, 972, slow));
        assertEquals(8_000_000, direction.enter(500_000, 972, slow));
    }

    @Test
    void dropsWhatTheQueueCannotHold() {
        RelayConditions slow = NONE.withRateBitsPerSecond(8_000_000).withQueueBytes(3_000);
        int accepted = 0;
        for (int i = 0; i < 10; i++) {
            accepted += direction.enter(0, 972, slow) == PathDirection.DROPPED ? 0 : 1;
        }
        assertEquals(3, accepted);
        assertEquals(4_000_000, direction.enter(1_000_000, 972, slow));
    }

    @Test
    void aQueueSmallerThanADatagramStillPassesOneAtATime() {
        RelayConditions slow = NONE.withRateBitsPerSecond(8_000_000).withQueueBytes(0);
        assertEquals(1_000_000, direction.enter(0, 972, slow));
        assertEquals(PathDirection.DROPPED, direction.enter(0, 972, slow));
        assertEquals(2_000_000, direction.enter(1_000_000, 972, slow));
    }

    @Test
    void headersCountAgainstTheSizeLimit() {
        RelayConditions narrow = NONE.withDropAboveBytes(1_400);
        assertEquals(7, direction.enter(7, 1_372, narrow));
        assertEquals(PathDirection.DROPPED, direction.enter(7, 1_373, narrow));
    }
}
