package io.parcelnode.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parcelnode.udt.UdtOptions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * Whatever the network does: every byte arrives once and in order, nobody sends past a window or after the end, memory
 * stays within its bounds, and once the faults are over a transfer finishes in time.
 *
 * <p>10,000 seeds by default, {@code -Dparcel.seeds=100000} for a longer run, {@code -Dparcel.seed=N} for one alone.
 */
class DrawnConditionsTest {
    private static final int BATCH_SEEDS = 250;
    private static final int MUTANT_SEEDS = 1_000;
    private static final long SEEDS = Long.getLong("parcel.seeds", 10_000);
    private static final Long ONE_SEED = Long.getLong("parcel.seed");

    /** A batch runs on all cores; of several failures the smallest seed is shown. */
    @Property(generation = GenerationMode.EXHAUSTIVE, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void theRulesHoldOverAnyNetwork(@ForAll("batches") long batch) {
        if (ONE_SEED != null) {
            DrawnRun.run(ONE_SEED, Mutant.NONE);
            return;
        }
        long first = batch * BATCH_SEEDS;
        OptionalLong failed = LongStream.range(first, Math.min(SEEDS, first + BATCH_SEEDS))
                .parallel()
                .filter(seed -> fails(seed, Mutant.NONE))
                .min();
        if (failed.isPresent()) {
            DrawnRun.run(failed.getAsLong(), Mutant.NONE);
        }
    }

    @Provide
    Arbitrary<Long> batches() {
        return Arbitraries.longs().between(0, ONE_SEED != null ? 0 : (SEEDS - 1) / BATCH_SEEDS);
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void everyMutantIsCaught(@ForAll Mutant mutant) {
        OptionalLong caught = LongStream.range(0, mutant == Mutant.NONE ? 0 : MUTANT_SEEDS)
                .filter(seed -> fails(seed, mutant) && !fails(seed, Mutant.NONE))
                .findFirst();
        assertTrue(mutant == Mutant.NONE || caught.isPresent(), mutant + " passes " + MUTANT_SEEDS + " seeds");
        caught.ifPresent(seed -> System.out.printf(Locale.ROOT, "%s is caught by seed %d%n", mutant, seed));
    }

    /** The engines may count nonsense and break off, but not throw, spin, or let a packet leak. */
    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void damagedControlPacketsNeverThrow(@ForAll long seed) {
        Simulation sim = Simulation.seeded(seed);
        LinkConditions damaging = LinkConditions.of(50e6, Duration.ofMillis(10))
                .withFaults(LinkFaults.NONE.withCorruptShare(0.3).withTruncateShare(0.3));
        Link there = sim.link("there", LinkConditions.of(50e6, Duration.ofMillis(10)));
        SimulatedFlow flow = sim.flow(UdtOptions.DEFAULT, List.of(there), List.of(sim.link("back", damaging)));
        flow.client().send(1 << 20);
        sim.runFor(Duration.ofSeconds(20));
        assertTrue(flow.client().stats().packetsSent() >= 0, sim::describe);
    }

    @Example
    void aSeedRepeatsExactly() {
        for (long seed = 0; seed < 5; seed++) {
            assertEquals(DrawnRun.run(seed, Mutant.NONE), DrawnRun.run(seed, Mutant.NONE), "seed " + seed);
        }
    }

    private static boolean fails(long seed, Mutant mutant) {
        try {
            DrawnRun.run(seed, mutant);
            return false;
        } catch (AssertionError failure) {
            return true;
        }
    }
}
