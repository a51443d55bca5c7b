package io.parcelnode.node.limits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FairSharesTest {
    @Test
    void whatOneDoesNotWantGoesToTheOthers() {
        long[] wanted = {Long.MAX_VALUE, 10, Long.MAX_VALUE};

        assertArrayEquals(new long[] {45, 10, 45}, FairShares.divide(100, Long.MAX_VALUE, wanted));
        assertArrayEquals(new long[] {30, 10, 30}, FairShares.divide(100, 30, wanted));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nobodyGetsMoreThanAnotherWhoCouldUseIt(long seed) {
        Random random = new Random(seed);
        long total = random.nextInt(1_000_000);
        long most = 1 + random.nextInt(1_000_000);
        long[] wanted = random.longs(1 + random.nextInt(60), 0, 1 + random.nextInt(200_000))
                .toArray();

        long[] shares = FairShares.divide(total, most, wanted);

        long largest = Arrays.stream(shares).max().orElseThrow();
        assertTrue(Arrays.stream(shares).sum() <= total, () -> Arrays.toString(shares));
        for (int i = 0; i < shares.length; i++) {
            long couldUse = Math.min(wanted[i], most);
            assertTrue(shares[i] <= couldUse, () -> Arrays.toString(shares));
            // Whoever is short has as much as anybody, but for what does not divide.
            assertTrue(
                    shares[i] == couldUse || shares[i] >= largest - 1,
                    () -> total + " " + most + " " + Arrays.toString(wanted) + " " + Arrays.toString(shares));
        }
    }

    private static LongStream seeds() {
        return LongStream.rangeClosed(1, 300);
    }
}
