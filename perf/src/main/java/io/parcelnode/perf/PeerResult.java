package io.parcelnode.perf;

import java.util.Arrays;
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
        double[] rates = runs.stream()
                .mapToDouble(run -> run.receiver().megabitsPerSecond())
                .sorted()
                .toArray();
        double[] costs =
                runs.stream().mapToDouble(Run::cpuSecondsPerGb).sorted().toArray();
        double median = medianOfSorted(rates);
        return new PeerResult(
                peer,
                median,
                medianOfSorted(costs),
                runs.size(),
                (rates[rates.length - 1] - rates[0]) / median,
                median / libudtMegabitsPerSecond,
                null);
    }

    boolean isError() {
        return error != null;
    }

    static double medianOfSorted(double[] values) {
        assert values.length > 0 : Arrays.toString(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
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
