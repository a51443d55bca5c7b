package io.parcelnode.perf;

import java.util.List;

/**
 * One line of the report: medians over the runs of one peer, or why there are none.
 *
 * @param megabitsPerSecond the receiver's goodput
 * @param cpuSecondsPerGb CPU time of both processes for 10^9 bytes delivered
 * @param spread (largest - smallest) / median of the goodput
 * @param ratioToLibudt goodput over libudt's in the same measurement; NaN when libudt was not measured
 * @param error null when the runs went well
 */
record PeerResult(
        String peer,
        double megabitsPerSecond,
        double cpuSecondsPerGb,
        int runs,
        double spread,
        double ratioToLibudt,
        String error) {

    static PeerResult failed(String peer, String error) {
        return new PeerResult(peer, Double.NaN, Double.NaN, 0, Double.NaN, Double.NaN, error);
    }

    static PeerResult ofRuns(String peer, List<Run> runs, double libudtMegabitsPerSecond) {
        Sample rates = Sample.of(runs, run -> run.receiver().megabitsPerSecond());
        double median = rates.median();
        return new PeerResult(
                peer,
                median,
                Sample.of(runs, Run::cpuSecondsPerGb).median(),
                runs.size(),
                rates.spread(),
                median / libudtMegabitsPerSecond,
                null);
    }

    boolean isError() {
        return error != null;
    }

    /** Both ends of one transfer. */
    record Run(Measurement sender, Measurement receiver) {

        /**
         * The two windows are equally long but not the same instants, and a sender without flow control sends more than
         * arrives; so the cores each end kept busy are added and divided by what was delivered.
         */
        double cpuSecondsPerGb() {
            double gigabytesPerSecond = receiver.megabitsPerSecond() / 8e3;
            return (sender.coresUsed() + receiver.coresUsed()) / gigabytesPerSecond;
        }
    }
}
