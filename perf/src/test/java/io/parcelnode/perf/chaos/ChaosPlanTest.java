package io.parcelnode.perf.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.perf.chaos.ChaosPlan.Attempt;
import io.parcelnode.perf.chaos.ChaosPlan.Form;
import io.parcelnode.perf.chaos.ChaosPlan.TokenWay;
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

    @Test
    void everyFormEveryFileAndEveryWayToATokenIsDrawn() {
        Set<Form> forms = EnumSet.noneOf(Form.class);
        Set<TokenWay> ways = EnumSet.noneOf(TokenWay.class);
        Set<Item> items = EnumSet.noneOf(Item.class);
        for (long seed = 1; seed <= 200; seed++) {
            ChaosPlan plan = ChaosPlan.draw(seed, true);
            forms.add(plan.form());
            ways.add(plan.tokenWay());
            items.addAll(plan.items());
            assertTrue(plan.items().containsAll(EnumSet.of(Item.LARGE, Item.SMALL)));
            boolean lies = plan.items().stream().anyMatch(Item::isWrongInManifests);
            assertFalse(lies && plan.form() != Form.MANIFEST, "only a manifest can promise what is wrong");
            boolean tokenFaults = plan.attempts().stream()
                    .flatMap(attempt -> attempt.events().stream())
                    .anyMatch(event -> event.fault().needsToken());
            assertFalse(tokenFaults && plan.tokenWay() == TokenWay.NONE, "seed " + seed);
        }
        assertEquals(EnumSet.allOf(Form.class), forms);
        assertEquals(EnumSet.allOf(TokenWay.class), ways);
        assertEquals(EnumSet.allOf(Item.class), items);
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
