package io.parcelnode.udt.congestion;

/** How much faster to send to see whether the path carries more. Owned by one congestion control; not thread-safe. */
final class UpProbe {
    private static final double GAIN_MIN = 1.05;
    private static final double GAIN_FIRST_MAX = 1.25;
    /** A probe that finds room even so goes on as a start-up. */
    private static final double GAIN_MAX = 1.5;

    private static final int STEPS_SMALL = 3;
    private static final long QUEUE_NS = 8_000_000;

    /** A flow takes little of what a probe of a full path brings, for others have given way to the probe. */
    private static final double PROVEN_STEP = 0.05;

    private static final double UNPROVEN_STEP = 0.5;

    private double gain;
    private int steps;

    /**
     * @param seemsFull whether to step carefully; where nothing has shown yet that the path is full, small steps would
     *     only take long
     * @param room 1 without a queue, 0 with one as long as this flow lets it become
     */
    void start(boolean seemsFull, long queueTargetNs, long minimumRttNs, double room) {
        double share = (double) (queueTargetNs + QUEUE_NS) / Math.max(1, minimumRttNs);
        double most = seemsFull ? Math.min(GAIN_FIRST_MAX - 1, share) : GAIN_FIRST_MAX - 1;
        gain = Math.max(GAIN_MIN, 1 + most * room);
        steps = seemsFull ? 0 : STEPS_SMALL;
    }

    double gain() {
        return gain;
    }

    boolean bringsMore(double rate, double sample) {
        return sample >= rate * (1 + (gain - 1) / 2);
    }

    /** What comes through a queue comes at the cost of others: the nearer it is to the limit, the less of it counts. */
    double grown(double rate, double sample, double room) {
        return rate + (Math.min(sample, rate * gain) - rate) * room;
    }

    /** The rate after a probe that found the path full. */
    double ended(double rate, double sample, boolean isProven) {
        return sample > rate ? grown(rate, sample, isProven ? PROVEN_STEP : UNPROVEN_STEP) : rate;
    }

    /** @return whether there is a larger step; if not, only doubling is left */
    boolean step() {
        if (gain >= GAIN_MAX) {
            return false;
        }
        steps++;
        gain = steps < STEPS_SMALL ? gain : Math.min(GAIN_MAX, 1 + 2 * (gain - 1));
        return true;
    }
}
