package io.parcelnode.node.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.testing.HandMovedClock;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TimeOrderedIdsTest {
    @Test
    void laterOnesAreAboveEarlierOnes() {
        HandMovedClock clock = new HandMovedClock(Entries.NOON.atZone(ZoneOffset.UTC));
        TimeOrderedIds ids = new TimeOrderedIds(clock);
        UUID before = ids.next();
        for (int i = 0; i < 10_000; i++) {
            clock.advance(Duration.ofMillis(1));
            UUID id = ids.next();
            assertEquals(7, id.version());
            assertEquals(2, id.variant());
            assertTrue(before.compareTo(id) < 0, before + " " + id);
            before = id;
        }
    }

    @Test
    void eachComesOnceAlsoOfTwoServers() {
        Clock clock = Clock.fixed(Entries.NOON, ZoneOffset.UTC);
        TimeOrderedIds one = new TimeOrderedIds(clock);
        TimeOrderedIds other = new TimeOrderedIds(clock);
        Set<UUID> all = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            assertTrue(all.add(one.next()));
            assertTrue(all.add(other.next()));
        }
    }
}
