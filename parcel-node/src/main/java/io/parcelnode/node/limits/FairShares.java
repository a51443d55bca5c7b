package io.parcelnode.node.limits;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Divides a rate among those who want some of it: nobody gets more than another who could use it (max-min fairness). */
final class FairShares {
    private FairShares() {}

    /**
     * @param total to be divided, not negative
     * @param most  that one may get
     * @param wanted by each, not negative; {@link Long#MAX_VALUE} for as much as there is
     * @return what each gets, in the same order; together no more than the total
     */
    static long[] divide(long total, long most, long[] wanted) {
        int[] byWant = IntStream.range(0, wanted.length)
                .boxed()
                .sorted(Comparator.comparingLong(index -> wanted[index]))
                .mapToInt(Integer::intValue)
                .toArray();
        long[] shares = new long[wanted.length];
        long left = total;
        for (int i = 0; i < byWant.length; i++) {
            long even = left / (byWant.length - i);
            shares[byWant[i]] = Math.min(Math.min(wanted[byWant[i]], most), even);
            left -= shares[byWant[i]];
        }
        return shares;
    }

    /** Together, at most {@link Long#MAX_VALUE}. */
    static long sum(long[] wanted) {
        return Arrays.stream(wanted).reduce(0, (a, b) -> a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b);
    }
}
