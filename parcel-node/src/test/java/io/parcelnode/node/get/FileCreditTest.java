package io.parcelnode.node.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.cli.ByteBudget;
import io.parcelnode.node.cli.MemoryPlan;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileCreditTest {
    private static final int WAITING_BYTES = 1 << 18;
    private static final int PIECE_BYTES = 1 << 18;

    private final List<Integer> raised = new ArrayList<>();
    private long receivedBytes;
    private long nowNs;

    /** A flow that starts small and doubles each round trip finds more credit than it can use, all the way up. */
    @ParameterizedTest
    @CsvSource({"1000, 300", "10000, 100", "1000, 20", "100, 300", "50, 1000"})
    void isNeverWhatHoldsALongFastPathBack(long megabit, long rttMs) {
        long rttNs = rttMs * 1_000_000;
        double bdpBytes = megabit * 1e6 / 8 * rttMs / 1e3;
        FileCredit credit = credit(new ByteBudget(4L << 30), rttNs);
        double windowBytes = 50_000;
        for (int round = 0; round < 40; round++) {
            windowBytes = Math.min(bdpBytes, windowBytes * 2);
            double allowed = windowBytes;
            assertTrue(
                    credit.creditBytes() * 3 / 4 >= allowed,
                    () -> "credit " + credit.creditBytes() + " for " + allowed + " bytes a round trip");
            receive(credit, windowBytes, rttNs);
        }
        assertTrue(credit.creditBytes() >= 2 * bdpBytes, "credit " + credit.creditBytes());
        assertTrue(credit.creditBytes() <= Math.max(10 * bdpBytes, 5 << 20), "credit " + credit.creditBytes());
        assertEquals(raised.get(raised.size() - 1).longValue(), credit.creditBytes());
    }

    /** The disk sets the pace: what waits for it does not grow. */
    @Test
    void aSlowReaderDoesNotFillTheMemory() {
        FileCredit credit = credit(new ByteBudget(4L << 30), 20_000_000);
        for (int second = 0; second < 60; second++) {
            receive(credit, 10 << 20, 1_000_000_000);
        }
        assertTrue(credit.creditBytes() <= 5 << 20, "credit " + credit.creditBytes());
    }

    @Test
    void manyFilesShareOneBudgetAndGiveItBack() {
        ByteBudget budget = new ByteBudget(64 << 20);
        List<FileCredit> all = new ArrayList<>();
        long sum = 0;
        for (int i = 0; i < 20; i++) {
            FileCredit credit = credit(budget, 1_000_000_000);
            receivedBytes = 0;
            for (int round = 0; round < 10; round++) {
                receive(credit, 100 << 20, 1_000_000_000);
            }
            all.add(credit);
            sum += credit.creditBytes() - WAITING_BYTES;
        }
        assertTrue(sum <= 64 << 20, "granted " + sum);
        all.forEach(FileCredit::close);
        assertEquals(32 << 20, budget.reserve(64 << 20));
    }

    /** What the plan of a common heap gives is enough for 1 Gbit/s at 300 ms, with several files at once. */
    @Test
    void thePlanOfACommonHeapIsEnough() {
        MemoryPlan plan = new MemoryPlan(1L << 30);
        ByteBudget budget = new ByteBudget(plan.creditBytes());
        double bdpBytes = 1e9 / 8 * 0.3;
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            FileCredit credit = credit(budget, 300_000_000);
            receivedBytes = 0;
            for (int round = 0; round < 20; round++) {
                receive(credit, Math.min(bdpBytes / 4, 50_000 << round), 300_000_000);
            }
            sum += credit.creditBytes();
        }
        assertTrue(sum * 3 / 4 >= 2 * bdpBytes, "credit " + sum);
    }

    private FileCredit credit(ByteBudget budget, long rttNs) {
        FileCredit credit = new FileCredit(budget, WAITING_BYTES, () -> rttNs, raised::add);
        credit.start(nowNs);
        return credit;
    }

    private void receive(FileCredit credit, double bytes, long withinNs) {
        long pieces = Math.max(1, (long) (bytes / PIECE_BYTES));
        for (long i = 0; i < pieces; i++) {
            nowNs += withinNs / pieces;
            receivedBytes += (long) (bytes / pieces);
            credit.onReceived(receivedBytes, nowNs);
        }
    }
}
