package io.parcelnode.node.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class LimitedExecutorTest {
    private final List<Runnable> started = new ArrayList<>();

    @Test
    void runsNoMoreThanItsLimitAtOnceAndTheOthersInOrder() {
        LimitedExecutor executor = new LimitedExecutor(started::add, 2);
        List<Integer> ran = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            executor.execute(() -> ran.add(number));
        }
        assertEquals(2, started.size(), "the others wait");

        started.get(0).run();
        assertEquals(List.of(0, 2, 3, 4), ran, "one thread goes on with what waits");
        started.get(1).run();
        assertEquals(List.of(0, 2, 3, 4, 1), ran);
    }

    @Test
    void aTaskThatFailsHoldsUpNobody() {
        LimitedExecutor executor = new LimitedExecutor(started::add, 1);
        List<String> ran = new ArrayList<>();
        executor.execute(() -> {
            throw new IllegalStateException("wanted by the test");
        });
        executor.execute(() -> ran.add("second"));
        assertThrows(IllegalStateException.class, started.get(0)::run);
        started.get(1).run();
        assertEquals(List.of("second"), ran);

        executor.execute(() -> ran.add("third"));
        started.get(2).run();
        assertEquals(List.of("second", "third"), ran);
    }

    @Test
    void whatNoThreadTakesIsRefusedAndNotCounted() {
        boolean[] full = {true};
        LimitedExecutor executor = new LimitedExecutor(
                task -> {
                    if (full[0]) {
                        throw new RejectedExecutionException("wanted by the test");
                    }
                    started.add(task);
                },
                1);
        assertThrows(RejectedExecutionException.class, () -> executor.execute(() -> {}));
        full[0] = false;
        executor.execute(() -> {});
        assertEquals(1, started.size());
    }
}
