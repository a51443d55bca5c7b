package io.parcelnode.perf.chaos;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One drawn run: the same seed draws the same.
 *
 * @param sizeBytes of the largest file
 * @param tellsDigests whether the endpoint tells digests
 * @param attempts those with faults; one without follows, and must succeed
 */
record ChaosPlan(
        long seed,
        int sizeBytes,
        Form form,
        Set<Item> items,
        TokenWay tokenWay,
        boolean tellsDigests,
        List<Attempt> attempts) {
    private static final int TCP_ONE_IN = 4;
    private static final int ATTEMPTS_MAX = 3;
    private static final int FAULTS_MAX = 4;
    private static final int SIZE_MIN_BYTES = 1 << 20;
    private static final int SIZE_MAX_BYTES = 14 << 20;
    /** Some files are long enough to show that a kill costs pieces, and not the file. */
    private static final int LONG_ONE_IN = 16;

    private static final int LONG_MIN_BYTES = 40 << 20;
    private static final int LONG_MAX_BYTES = 72 << 20;
    /** What crosses the path beside the content: handshake, headers, what is said at the end. */
    private static final double KILL_SHARE_MAX = 1.05;

    /** How a client is told what is wanted. */
    enum Form {
        IDS,
        LIST,
        MANIFEST
    }

    /** Where a client has its token from. */
    enum TokenWay {
        NONE,
        FLAG,
        FILE,
        COMMAND
    }

    /**
     * @param share how much of what the attempt lacks has crossed the path when it happens
     */
    record Event(Fault fault, double share) {}

    /**
     * @param verbose whether the client tells all it can
     * @param tcp whether the client is told to go over TCP; else it goes over what answers
     */
    record Attempt(List<Event> events, boolean verbose, boolean tcp) {
        static final Attempt QUIET = new Attempt(List.of(), true, false);

        boolean has(Fault fault) {
            return events.stream().anyMatch(event -> event.fault() == fault);
        }
    }

    /** @param diskFaults whether a disk can be filled here */
    static ChaosPlan draw(long seed, boolean diskFaults) {
        SplittableRandom random = new SplittableRandom(seed);
        int sizeBytes = drawSize(random);
        Form form = random.nextBoolean() ? Form.MANIFEST : random.nextBoolean() ? Form.LIST : Form.IDS;
        Set<Item> items = drawItems(random, form);
        TokenWay tokenWay = TokenWay.values()[random.nextInt(TokenWay.values().length)];
        boolean tellsDigests = random.nextInt(4) == 0;
        List<Attempt> attempts = new ArrayList<>();
        int count = random.nextInt(1, ATTEMPTS_MAX + 1);
        for (int i = 0; i < count; i++) {
            List<Event> events = new ArrayList<>();
            if (random.nextBoolean()) {
                // What matters most comes most often.
                Fault kill = random.nextBoolean() ? Fault.KILL_CLIENT : Fault.KILL_SERVER;
                events.add(new Event(kill, random.nextDouble(KILL_SHARE_MAX)));
            }
            int faults = random.nextInt(1, FAULTS_MAX + 1);
            for (int k = 0; k < faults; k++) {
                Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
                double share = random.nextDouble();
                boolean possible =
                        (fault != Fault.FULL_DISK || diskFaults) && (!fault.needsToken() || tokenWay != TokenWay.NONE);
                if (possible) {
                    events.add(new Event(fault, share));
                }
            }
            attempts.add(new Attempt(List.copyOf(events), random.nextBoolean(), random.nextInt(TCP_ONE_IN) == 0));
        }
        return new ChaosPlan(seed, sizeBytes, form, items, tokenWay, tellsDigests, List.copyOf(attempts));
    }

    private static int drawSize(SplittableRandom random) {
        return random.nextInt(LONG_ONE_IN) == 0
                ? random.nextInt(LONG_MIN_BYTES, LONG_MAX_BYTES)
                : random.nextInt(SIZE_MIN_BYTES, SIZE_MAX_BYTES);
    }

    private static Set<Item> drawItems(SplittableRandom random, Form form) {
        Set<Item> items = EnumSet.of(Item.LARGE, Item.SMALL);
        for (Item item : Item.values()) {
            boolean drawn = random.nextInt(3) == 0;
            if (drawn && (form == Form.MANIFEST || !item.isWrongInManifests())) {
                items.add(item);
            }
        }
        return items;
    }
}
