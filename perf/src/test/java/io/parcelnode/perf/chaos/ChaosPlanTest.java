package io.parcelnode.perf.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.perf.chaos.ChaosPlan.Attempt;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChaosPlanTest {
    @Test
    void theSameSeedDrawsTheSameRun() {
        for (long seed = 1; seed <= 100; seed++) {
            assertEquals(ChaosPlan.draw(seed, true), ChaosPlan.draw(seed, true));
        }
    }

    @Test
    void everyFaultIsDrawnButNoDiskIsFilledWhereNoneCanBe() {
        assertEquals(EnumSet.allOf(Fault.class), drawn(true));
        assertEquals(EnumSet.complementOf(EnumSet.of(Fault.FULL_DISK)), drawn(false));
    }

    private static Set<Fault> drawn(boolean diskFaults) {
        Set<Fault> drawn = EnumSet.noneOf(Fault.class);
        for (long seed = 1; seed <= 200; seed++) {
            ChaosPlan plan = ChaosPlan.draw(seed, diskFaults);
            assertTrue(plan.sizeBytes() > 0 && !plan.attempts().isEmpty());
            for (Attempt attempt : plan.attempts()) {
                attempt.events().forEach(event -> drawn.add(event.fault()));
            }
        }
        return drawn;
    }
}
