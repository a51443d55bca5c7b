package io.parcelnode.sim;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Randomness for an engine whose initial sequence number is to be a certain one. */
final class InitialSequence {
    private InitialSequence() {}

    /** The engine draws its initial sequence number with a bound; everything else stays random. */
    static RandomGenerator of(int sequence, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return random.nextLong();
            }

            @Override
            public int nextInt(int origin, int bound) {
                return sequence;
            }
        };
    }
}
