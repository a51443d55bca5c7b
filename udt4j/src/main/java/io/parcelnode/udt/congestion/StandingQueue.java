package io.parcelnode.udt.congestion;

/**
 * How a flow gives way to a queue that does not run off. Owned by one congestion control; not thread-safe.
 *
 * <p>A fast flow gives way to a shorter queue than a slow one. All flows of a bottleneck see the same queue, whatever
 * their round trips are, so the queue settles where the fast ones give way and the slow ones do not, until they are equal
 * (the idea is Swift's scaling of its target delay with the window, here with the rate).
 */
final class StandingQueue {
    static final long TARGET_MIN_NS = 1_500_000;
    /** What a round of more loss than usual costs when the queue is too short to tell anything by its delay. */
    static final double EXCESS_CUT = 0.97;

    private static final double TARGET_SCALE_NS = 200e6;
    private static final long SIGN_MIN_NS = 500_000;
    private static final int SIGN_DIVISOR = 32;

    /** Below this share of the rate the path has become slower: no need to find out step by step. */
    private static final double SLOWED_SHARE = 0.75;
    /** While a queue grows, what arrives in a round arrives slowly; that passes. */
    private static final int SLOWED_ROUNDS = 3;

    private static final double GAIN_MIN = 0.75;
    /**
     * So long a queue may take to run off. Were it to be gone in a short round trip, flows with such would step aside for
     * each probe of one whose round trips are long, and it would find room again and again.
     */
    private static final long RUN_OFF_MIN_NS = 40_000_000;

    /** Share of the rate that a queue costs in a second, at most and for each of these nanoseconds. */
    private static final double PRESSURE_MAX = 0.12;

    private static final double PRESSURE_QUEUE_NS = 80e6;
    private static final double WEIGHT_MAX = 3;
    private static final long IN_VAIN_NS = 2_500_000_000L;
    private static final long IN_VAIN_SUSPECTED_NS = 600_000_000;
    private static final double TARGET_TYPICAL_NS = 4.5e6;
    private static final double CUT_PER_ROUND_MAX = 0.1;
    private static final int ROUNDS_IN_VAIN = 5;
    /** Flows of our kind that are slower than this one let a longer queue stand, but no longer than so many of its targets. */
    private static final double OWN_KIND_TARGETS = 2;

    private static final long OVERFLOW_REMEMBERED_NS = 10_000_000_000L;

    private long fullNs = Long.MAX_VALUE;
    private long overflowNs = Long.MIN_VALUE / 2;
    private int rounds;
    private long startNs;
    private double rateBefore;
    private double gain = 1;
    private double gainBefore = 1;
    private int slowRounds;
    private final LeastQueue least = new LeastQueue();
    /** For how long it was a queue that flows of our kind do not leave. */
    private long foreignNs;

    /** The queue that a flow of this rate gives way to: 1.5 ms and some more, 3.5 ms at 10,000 packets a second. */
    static long targetNs(double ratePacketsPerSecond) {
        return TARGET_MIN_NS + (long) (TARGET_SCALE_NS / Math.sqrt(Math.max(1, ratePacketsPerSecond)));
    }

    /** More was lost than usual while a queue of this length stood: there may be room for no more. */
    void onOverflow(long nowNs, long queueNs) {
        fullNs = Math.min(fullNs, queueNs);
        overflowNs = nowNs;
    }

    /** The queue to give way to now: {@link #targetNs}, or less where there is little room for a queue. */
    long limitNs(long nowNs, double ratePacketsPerSecond, long signNs) {
        if (nowNs - overflowNs > OVERFLOW_REMEMBERED_NS) {
            fullNs = Long.MAX_VALUE;
        }
        double targetNs = targetNs(ratePacketsPerSecond);
        // Half of the room at most, and still less for a fast flow than for a slow one.
        return Math.max(signNs, (long) (targetNs / (1 + 2 * targetNs / fullNs)));
    }

    /** A shorter queue than this is noise. */
    long signNs(double ratePacketsPerSecond, long minimumRttNs, Round round) {
        long smallNs = Math.max(SIGN_MIN_NS, minimumRttNs / SIGN_DIVISOR);
        return Math.min(targetNs(ratePacketsPerSecond) / 2, smallNs) + round.noiseNs();
    }

    /** Share of the rate at which to send now. */
    double gain() {
        return gain;
    }

    /** The rate before this queue stood. */
    double rateBefore() {
        return rateBefore;
    }

    /** There is no queue to give way to any more. */
    void end() {
        rounds = 0;
        slowRounds = 0;
        gain = 1;
        gainBefore = 1;
    }

    /**
     * A queue stood for a round. First a flow only sends less, so that the queue runs off; when that does not help there
     * are too many packets a second and not just some too many, and the rate is cut.
     *
     * @return the rate from now on
     */
    double giveWay(long nowNs, long queueNs, long targetNs, double rate, Round round, PathLoss pathLoss) {
        if (rounds++ == 0) {
            startNs = nowNs;
            rateBefore = rate;
            foreignNs = 0;
            least.restart();
        }
        // Flows of our kind that remember no overflow give way to no less than this.
        double ownKindNs = Math.max(OWN_KIND_TARGETS * targetNs, targetNs(rate));
        // What is found lost in the first round was sent before.
        boolean overflowed = overflowNs > startNs;
        if (queueNs > ownKindNs || overflowed) {
            foreignNs += round.durationNs(nowNs);
        }
        // What arrived in this round was sent in the last one.
        double sent = pathLoss.sentPerSecond(round, nowNs) / gainBefore;
        slowRounds = sent < rate * SLOWED_SHARE ? slowRounds + 1 : 0;
        double kept = slowRounds >= SLOWED_ROUNDS ? sent : rate;
        gainBefore = gain;
        double beyondNs = queueNs - targetNs / 2.0;
        gain = Math.max(GAIN_MIN, 1 - beyondNs / Math.max(round.rttNs(), RUN_OFF_MIN_NS));
        // The rate follows slowly, by time and queue alone, whatever the round trip is; that of a fast flow less
        // slowly, so that flows become equal while they give way.
        double stoodNs = least.of(queueNs, round.durationNs(nowNs)) - targetNs / 2.0;
        double pressure = Math.max(0, Math.min(PRESSURE_MAX, stoodNs / PRESSURE_QUEUE_NS));
        double weight = Math.min(WEIGHT_MAX, TARGET_TYPICAL_NS / targetNs(rate));
        kept *= 1 - Math.min(CUT_PER_ROUND_MAX, pressure * weight * round.durationNs(nowNs) / 1e9);
        return kept;
    }

    /** Much has been given and the queue still stands, longer than flows of our kind would leave it: others take it. */
    boolean isInVain(long nowNs, boolean isSuspected) {
        long standsNs = nowNs - startNs;
        boolean foreign = 2 * foreignNs > standsNs;
        return foreign && rounds >= ROUNDS_IN_VAIN && standsNs > (isSuspected ? IN_VAIN_SUSPECTED_NS : IN_VAIN_NS);
    }
}
