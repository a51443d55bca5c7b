package io.parcelnode.perf.chaos;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Sums of a campaign. Used by one thread. */
final class ChaosTotals {
    private final Map<Fault, FaultTotals> faults = new EnumMap<>(Fault.class);
    private final Map<Integer, Integer> exitCodes = new TreeMap<>();
    private int runs;
    private int failed;
    private int attempts;
    private int killCosts;
    private long killCostSumBytes;
    private long killCostMaxBytes;
    private long fetchedTwiceMaxBytes;

    /** Of one kind of fault: how often it happened, in how many runs, and how many of those went wrong. */
    static final class FaultTotals {
        private int times;
        private int runs;
        private int failed;

        int times() {
            return times;
        }

        int runs() {
            return runs;
        }

        int failed() {
            return failed;
        }
    }

    ChaosTotals() {
        for (Fault fault : Fault.values()) {
            faults.put(fault, new FaultTotals());
        }
    }

    void add(ChaosResult result) {
        runs++;
        failed += result.isGood() ? 0 : 1;
        attempts += result.attempts();
        result.happened().forEach((fault, times) -> {
            FaultTotals totals = faults.get(fault);
            totals.times += times;
            totals.runs++;
            totals.failed += result.isGood() ? 0 : 1;
        });
        result.exitCodes().forEach((code, times) -> exitCodes.merge(code, times, Integer::sum));
        for (long cost : result.killCosts()) {
            killCosts++;
            killCostSumBytes += cost;
            killCostMaxBytes = Math.max(killCostMaxBytes, cost);
        }
        fetchedTwiceMaxBytes = Math.max(fetchedTwiceMaxBytes, result.fetchedTwiceMaxBytes());
    }

    int runs() {
        return runs;
    }

    int failed() {
        return failed;
    }

    int attempts() {
        return attempts;
    }

    /** How often client processes have ended with each code. */
    Map<Integer, Integer> exitCodes() {
        return exitCodes;
    }

    /** How many kills of a client have been followed by one that told what it found. */
    int killCosts() {
        return killCosts;
    }

    long killCostMeanBytes() {
        return killCosts == 0 ? 0 : killCostSumBytes / killCosts;
    }

    long killCostMaxBytes() {
        return killCostMaxBytes;
    }

    long fetchedTwiceMaxBytes() {
        return fetchedTwiceMaxBytes;
    }

    FaultTotals of(Fault fault) {
        return faults.get(fault);
    }
}
