package io.parcelnode.node.limits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.node.limits.FairShares.Wish;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FairSharesTest {
    private static final long ANY = Long.MAX_VALUE;
    private static final int[] UNDER_NOTHING = {};

    @Test
    void whatOneDoesNotWantGoesToTheOthers() {
        List<Wish> wishes = List.of(
                new Wish(0, ANY, new int[] {0}), new Wish(1, 10, new int[] {0}), new Wish(2, ANY, new int[] {0}));

        assertArrayEquals(new long[] {45, 10, 45}, FairShares.divide(new long[] {100}, wishes));
        assertArrayEquals(
                new long[] {ANY, 7},
                FairShares.divide(
                        new long[0], List.of(new Wish(0, ANY, UNDER_NOTHING), new Wish(0, 7, UNDER_NOTHING))));
        assertArrayEquals(new long[0], FairShares.divide(new long[] {100}, List.of()));
    }

    @Test
    void ownersGetTheSameHoweverManyWishesTheyHave() {
        List<Wish> wishes = new ArrayList<>(List.of(new Wish(0, ANY, new int[] {0})));
        for (int i = 0; i < 50; i++) {
            wishes.add(new Wish(1, ANY, new int[] {0}));
        }

        long[] shares = FairShares.divide(new long[] {1_000}, wishes);

        assertEquals(500, shares[0]);
        assertEquals(10, shares[1]);
        assertEquals(10, shares[50]);
    }

    /** Two addresses of one token, one of them in a slow network, beside a third: caps 0 all, 1 the token, 2 the network. */
    @Test
    void whatACapKeepsFromOneGoesToThoseWhoDoNotStandUnderIt() {
        List<Wish> wishes = List.of(
                new Wish(0, ANY, new int[] {0, 1, 2}), new Wish(1, ANY, new int[] {0, 1}), new Wish(2, ANY, new int[] {0
                }));

        assertArrayEquals(new long[] {5, 35, 60}, FairShares.divide(new long[] {100, 40, 5}, wishes));
        assertArrayEquals(new long[] {33, 33, 33}, FairShares.divide(new long[] {100, 90, 90}, wishes));
    }

    /** As when it was written for a total and one cap for each owner: divide among owners, then within each. */
    @ParameterizedTest
    @MethodSource("seeds")
    void isTheSameAsDividingTwiceWhereThatIsEnough(long seed) {
        Random random = new Random(seed);
        int owners = 1 + random.nextInt(10);
        long total = random.nextInt(1_000_000);
        long[] caps = new long[1 + owners];
        long most = 1 + random.nextInt(1_000_000);
        Arrays.fill(caps, most);
        caps[0] = total;
        List<Wish> wishes = new ArrayList<>();
        for (int owner = 0; owner < owners; owner++) {
            for (int i = random.nextInt(6); i >= 0; i--) {
                long bits = random.nextInt(3) == 0 ? ANY : random.nextInt(200_000);
                wishes.add(new Wish(owner, bits, new int[] {0, 1 + owner}));
            }
        }

        long[] shares = FairShares.divide(caps, wishes);

        double[] sums = new double[owners];
        wishes.forEach(wish -> sums[wish.owner()] = Math.min(most, sums[wish.owner()] + wish.bits()));
        double[] ofOwners = among(total, sums);
        for (int owner = 0; owner < owners; owner++) {
            int its = owner;
            int[] own = IntStream.range(0, wishes.size())
                    .filter(i -> wishes.get(i).owner() == its)
                    .toArray();
            double[] expected = among(
                    ofOwners[owner],
                    Arrays.stream(own).mapToDouble(i -> wishes.get(i).bits()).toArray());
            for (int i = 0; i < own.length; i++) {
                assertEquals(expected[i], shares[own[i]], 1, "seed " + seed);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nobodyIsShortForAnotherReasonThanACapThatIsUsedUp(long seed) {
        Random random = new Random(seed);
        long[] caps = LongStream.generate(() -> random.nextInt(1_000_000))
                .limit(1 + random.nextInt(8))
                .toArray();
        List<Wish> wishes = new ArrayList<>();
        for (int i = random.nextInt(60); i >= 0; i--) {
            int[] over = IntStream.range(0, caps.length)
                    .filter(cap -> random.nextInt(3) == 0)
                    .toArray();
            wishes.add(new Wish(random.nextInt(12), random.nextInt(4) == 0 ? ANY : random.nextInt(200_000), over));
        }

        long[] shares = FairShares.divide(caps, wishes);

        long[] used = new long[caps.length];
        for (int i = 0; i < shares.length; i++) {
            for (int cap : wishes.get(i).caps()) {
                used[cap] += shares[i];
            }
        }
        for (int cap = 0; cap < caps.length; cap++) {
            assertTrue(used[cap] <= caps[cap] + 1, "seed " + seed);
        }
        for (int i = 0; i < shares.length; i++) {
            Wish wish = wishes.get(i);
            boolean served = shares[i] >= wish.bits() * (1 - 1e-9) - 1;
            // Of each that does not divide by whole bits, less than one is lost.
            boolean held = Arrays.stream(wish.caps()).anyMatch(cap -> used[cap] >= caps[cap] - shares.length);
            assertTrue(shares[i] <= wish.bits() && (served || held), "seed " + seed + ", wish " + i);
        }
    }

    private static LongStream seeds() {
        return LongStream.rangeClosed(1, 300);
    }

    /** One after the other, the most modest first. */
    private static double[] among(double total, double[] wanted) {
        Integer[] byWant = IntStream.range(0, wanted.length).boxed().toArray(Integer[]::new);
        Arrays.sort(byWant, (a, b) -> Double.compare(wanted[a], wanted[b]));
        double[] shares = new double[wanted.length];
        double left = total;
        for (int i = 0; i < byWant.length; i++) {
            shares[byWant[i]] = Math.min(wanted[byWant[i]], left / (byWant.length - i));
            left -= shares[byWant[i]];
        }
        return shares;
    }
}
