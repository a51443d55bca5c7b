package io.parcelnode.node.limits;

import java.util.Arrays;
import java.util.List;

/**
 * Divides rates that are capped, one by one and together, among those who want some of them: no owner gets more than
 * another who could use it, and of an owner's no one more than another (max-min fairness).
 */
final class FairShares {
    /** What is so near to being full is. */
    private static final double NEARLY = 1 + 1e-9;
    /** The error of the sums, in bits per second. */
    private static final double ROUNDING = 1e-3;

    private FairShares() {}

    /**
     * @param owner whose it is, from 0
     * @param bits not negative; {@link Long#MAX_VALUE} for as much as there is
     * @param caps that it stands under, as indexes
     */
    record Wish(int owner, long bits, int[] caps) {}

    /**
     * All rise together, owners at one speed however many wishes they have, until a wish is fulfilled or a cap is
     * reached; who stands under that stays there, the others go on.
     *
     * @param capBits what those under each cap may have together, not negative
     * @return what each gets, in the same order
     */
    static long[] divide(long[] capBits, List<Wish> wishes) {
        double[] left = Arrays.stream(capBits).asDoubleStream().toArray();
        double[] got = new double[wishes.size()];
        boolean[] rests = new boolean[wishes.size()];
        int[] risingOfOwner =
                new int[1 + wishes.stream().mapToInt(Wish::owner).max().orElse(0)];
        wishes.forEach(wish -> risingOfOwner[wish.owner]++);
        int rising = wishes.size();
        while (rising > 0) {
            double[] speeds = speeds(capBits.length, wishes, rests, risingOfOwner);
            double step = Double.MAX_VALUE;
            for (int cap = 0; cap < left.length; cap++) {
                step = speeds[cap] > 0 ? Math.min(step, left[cap] / speeds[cap]) : step;
            }
            for (int i = 0; i < got.length; i++) {
                step = rests[i] ? step : Math.min(step, stepTo(wishes.get(i), got[i], risingOfOwner));
            }
            boolean[] full = new boolean[left.length];
            for (int cap = 0; cap < left.length; cap++) {
                full[cap] = speeds[cap] > 0 && left[cap] / speeds[cap] <= step * NEARLY;
                left[cap] = Math.max(0, left[cap] - step * speeds[cap]);
            }
            int[] risen = risingOfOwner.clone();
            for (int i = 0; i < got.length; i++) {
                if (!rests[i]) {
                    Wish wish = wishes.get(i);
                    boolean fulfilled = stepTo(wish, got[i], risen) <= step * NEARLY;
                    got[i] += step / risen[wish.owner];
                    if (fulfilled || Arrays.stream(wish.caps).anyMatch(cap -> full[cap])) {
                        rests[i] = true;
                        risingOfOwner[wish.owner]--;
                        rising--;
                    }
                }
            }
        }
        return Arrays.stream(got).mapToLong(bits -> (long) (bits + ROUNDING)).toArray();
    }

    private static double[] speeds(int caps, List<Wish> wishes, boolean[] rests, int[] risingOfOwner) {
        double[] speeds = new double[caps];
        for (int i = 0; i < rests.length; i++) {
            if (!rests[i]) {
                for (int cap : wishes.get(i).caps) {
                    speeds[cap] += 1.0 / risingOfOwner[wishes.get(i).owner];
                }
            }
        }
        return speeds;
    }

    private static double stepTo(Wish wish, double got, int[] risingOfOwner) {
        return Math.max(0, wish.bits - got) * risingOfOwner[wish.owner];
    }
}
