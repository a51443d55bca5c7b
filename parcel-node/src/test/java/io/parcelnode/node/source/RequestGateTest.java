package io.parcelnode.node.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parcelnode.proto.FailureKind;
import io.parcelnode.proto.RequestFailedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** Tasks begin when the gate hands them to a thread; the test is the threads. */
class RequestGateTest {
    private final ArrayDeque<Runnable> threads = new ArrayDeque<>();
    private final List<String> ran = new ArrayList<>();

    private final List<Runnable> alarms = new ArrayList<>();
    private long nowNs;
    private final EndpointPause pause = new EndpointPause(() -> nowNs, EndpointListener.NONE);

    private RequestGate gate(int perClient, int inAll) {
        return gate(threads::add, perClient, inAll);
    }

    private RequestGate gate(Executor executor, int perClient, int inAll) {
        return new RequestGate(
                executor, pause, (delayNs, task) -> alarms.add(task), new EndpointLimits(perClient, inAll));
    }

    private void submit(RequestGate gate, String client, int count) {
        for (int i = 1; i <= count; i++) {
            String name = client + i;
            gate.submit(client, () -> ran.add(name));
        }
    }

    @Test
    void noClientHasMoreThanItsShareAtOnce() {
        RequestGate gate = gate(2, 100);
        submit(gate, "a", 5);
        submit(gate, "b", 1);
        assertEquals(3, threads.size(), "two of a, one of b");

        threads.poll().run();
        assertEquals(List.of("a1", "a3", "a4", "a5"), ran, "one thread goes on in the order they came");
    }

    @Test
    void aFreePlaceGoesToTheClientThatHoldsTheFewest() {
        RequestGate gate = gate(10, 3);
        submit(gate, "greedy", 6);
        submit(gate, "modest", 2);
        assertEquals(3, threads.size(), "no more than three in all");

        threads.poll().run();
        assertEquals(List.of("greedy1", "modest1", "modest2", "greedy4", "greedy5", "greedy6"), ran);
    }

    @Test
    void limitsMayChangeWhileRequestsWait() {
        RequestGate gate = gate(2, 3);
        submit(gate, "a", 5);
        submit(gate, "b", 3);
        assertEquals(3, threads.size());

        gate.limits(new EndpointLimits(4, 6));
        assertEquals(6, threads.size(), "at once");

        gate.limits(new EndpointLimits(1, 1));
        while (threads.size() > 1) {
            threads.poll().run();
        }
        assertEquals(5, ran.size(), "each ends with the request that it has: " + ran);
        threads.poll().run();
        assertEquals(8, ran.size(), "and the last goes on with what waits");
    }

    @Test
    void nothingBeginsWhileTheEndpointWantsToBeLeftAlone() {
        RequestGate gate = gate(10, 10);
        pause.begin(EndpointPause.PATIENCE_NS);
        submit(gate, "a", 2);
        assertEquals(0, threads.size());
        assertEquals(1, alarms.size(), "one alarm for all");

        nowNs += EndpointPause.PATIENCE_NS - 1;
        alarms.remove(0).run();
        assertEquals(0, threads.size(), "too early");
        nowNs += 1;
        alarms.remove(0).run();
        assertEquals(2, threads.size());
        threads.forEach(Runnable::run);
        assertEquals(List.of("a1", "a2"), ran);
    }

    /** They are to hear that it is long. */
    @Test
    void inALongPauseRequestsComeThrough() {
        RequestGate gate = gate(10, 10);
        pause.begin(EndpointPause.PATIENCE_NS + 1);
        submit(gate, "a", 1);
        assertEquals(1, threads.size());
        assertEquals(
                FailureKind.BUSY,
                assertThrows(RequestFailedException.class, pause::requireShort).kind());
    }

    @Test
    void aTaskThatFailsGivesItsPlaceBack() {
        RequestGate gate = gate(1, 1);
        gate.submit("a", () -> {
            throw new IllegalStateException("wanted by the test");
        });
        submit(gate, "a", 1);
        assertThrows(IllegalStateException.class, threads.poll()::run);
        assertEquals(1, threads.size());
        threads.poll().run();
        submit(gate, "b", 1);
        threads.poll().run();
        assertEquals(List.of("a1", "b1"), ran);
    }

    /** Somebody waits for it, so it may not be lost. */
    @Test
    void whatNoThreadTakesIsTriedAgain() {
        boolean[] full = {true};
        RequestGate gate = gate(
                task -> {
                    if (full[0]) {
                        throw new OutOfMemoryError("no thread, as the test wants it");
                    }
                    threads.add(task);
                },
                1,
                1);
        submit(gate, "a", 2);
        assertEquals(1, alarms.size());
        alarms.remove(0).run();
        assertEquals(1, alarms.size(), "still none");
        full[0] = false;
        alarms.remove(0).run();
        assertEquals(1, threads.size());
        threads.poll().run();
        assertEquals(List.of("a1", "a2"), ran);
    }
}
