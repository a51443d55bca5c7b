package io.parcelnode.perf.wan;

import io.parcelnode.perf.Sample;
import java.util.List;

/**
 * All that is known of one peer on one path.
 *
 * @param settings the peer's buffers and version in words
 * @param runs empty when there is an {@code error}, which is null otherwise
 */
record WanResult(String peer, String settings, int payloadBytes, List<WanRun> runs, String error) {
    boolean isError() {
        return error != null;
    }

    Sample rate() {
        return Sample.of(runs, WanRun::megabitsPerSecond);
    }

    Sample cpuSecondsPerGb() {
        return Sample.of(runs, WanRun::cpuSecondsPerGb);
    }

    Sample sentOverDelivered() {
        return Sample.of(runs, WanRun::sentOverDelivered);
    }

    double shareOfIdeal(WanCell cell) {
        return rate().median() / cell.idealMegabitsPerSecond();
    }

    long stoppedRuns() {
        return runs.stream().filter(WanRun::isStopped).count();
    }

    /** Whether the peer told a rate of its own in every run. */
    boolean hasReportedRate() {
        return runs.stream().noneMatch(run -> Double.isNaN(run.reportedMegabitsPerSecond()));
    }

    /** Whether the link told in every run what it lost. */
    boolean hasCounters() {
        return runs.stream().allMatch(run -> run.counters() != null);
    }

    Sample resentBeyondLostShare() {
        return Sample.of(runs, run -> run.resentBeyondLostShare(payloadBytes));
    }
}
