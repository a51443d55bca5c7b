package io.parcelnode.node.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.admin.HealthCheck.State;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HealthCheckTest {
    private static final Duration FRESHNESS = Duration.ofSeconds(5);

    private final AtomicLong nowNs = new AtomicLong();
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicReference<Exception> fault = new AtomicReference<>();
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    @Test
    void manyWhoAskCostOneLookWhileItIsFresh() {
        HealthCheck check = check(Runnable::run);
        for (int i = 0; i < 100; i++) {
            assertEquals(State.OK, check.await().state());
        }
        assertEquals(1, looks.get());
        nowNs.addAndGet(FRESHNESS.toNanos() - 1);
        assertEquals(FRESHNESS.toNanos() - 1, check.await().ageNs());
        assertEquals(1, looks.get());
        nowNs.addAndGet(1);
        assertEquals(0, check.await().ageNs());
        assertEquals(2, looks.get());
    }

    @Test
    void aBadLookSaysWhatIsWrongOnOneLineAndAGoodOneMakesItGoodAgain() {
        HealthCheck check = check(Runnable::run);
        fault.set(new IOException("no answer\nfrom there"));
        assertEquals(new HealthCheck.Result(State.FAILED, "no answer from there", 0), check.await());
        fault.set(null);
        nowNs.addAndGet(FRESHNESS.toNanos());
        assertEquals(new HealthCheck.Result(State.OK, "fine", 0), check.await());
    }

    @Test
    void aLookThatHangsCountsAsBadAndIsNotStartedTwice() {
        HealthCheck check = check(tasks::add);
        assertEquals(new HealthCheck.Result(State.FAILED, "not looked at yet", -1), check.peek());
        tasks.remove().run();
        assertEquals(State.OK, check.peek().state());

        nowNs.addAndGet(FRESHNESS.toNanos());
        assertEquals(State.OK, check.peek().state(), "the last look counts until the next one is over");
        nowNs.addAndGet(Duration.ofSeconds(7).toNanos());
        HealthCheck.Result hanging = check.peek();
        assertEquals(State.FAILED, hanging.state());
        assertTrue(hanging.detail().contains("no answer for 7 s"), hanging::toString);
        assertEquals(1, tasks.size());

        tasks.remove().run();
        assertEquals(State.OK, check.peek().state());
    }

    private HealthCheck check(java.util.concurrent.Executor threads) {
        return new HealthCheck(
                "it",
                State.FAILED,
                FRESHNESS,
                () -> {
                    looks.incrementAndGet();
                    if (fault.get() != null) {
                        throw fault.get();
                    }
                    return "fine";
                },
                threads,
                nowNs::get);
    }
}
