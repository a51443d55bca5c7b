package io.parcelnode.perf.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One drawn run: the same seed draws the same.
 *
 * @param sizeBytes of the larger of two files
 * @param attempts those with faults; one without follows, and must succeed
 */
record ChaosPlan(long seed, int sizeBytes, List<Attempt> attempts) {
    private static final int ATTEMPTS_MAX = 3;
    private static final int SIZE_MIN_BYTES = 1 << 20;
    private static final int SIZE_MAX_BYTES = 40 << 20;

    /**
     * @param share how much of the file has crossed the path when it happens, 0 to 1
     */
    record Event(Fault fault, double share) {}

    record Attempt(List<Event> events) {
        boolean has(Fault fault) {
            return events.stream().anyMatch(event -> event.fault() == fault);
        }
    }

    /** @param diskFaults whether a disk can be filled here */
    static ChaosPlan draw(long seed, boolean diskFaults) {
        SplittableRandom random = new SplittableRandom(seed);
        int sizeBytes = random.nextInt(SIZE_MIN_BYTES, SIZE_MAX_BYTES);
        List<Attempt> attempts = new ArrayList<>();
        int count = random.nextInt(1, ATTEMPTS_MAX + 1);
        for (int i = 0; i < count; i++) {
            List<Event> events = new ArrayList<>();
            if (random.nextBoolean()) {
                // What matters most comes most often.
                Fault kill = random.nextBoolean() ? Fault.KILL_CLIENT : Fault.KILL_SERVER;
                events.add(new Event(kill, random.nextDouble()));
            }
            int faults = random.nextInt(1, 4);
            for (int k = 0; k < faults; k++) {
                Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
                double share = random.nextDouble();
                if (fault != Fault.FULL_DISK || diskFaults) {
                    events.add(new Event(fault, share));
                }
            }
            attempts.add(new Attempt(List.copyOf(events)));
        }
        return new ChaosPlan(seed, sizeBytes, List.copyOf(attempts));
    }
}
