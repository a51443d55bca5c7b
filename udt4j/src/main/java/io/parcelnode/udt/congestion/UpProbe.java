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
    /** With a larger part of the path than this there is hardly anybody to give way. */
    private static final double NEARLY_ALONE = 0.75;

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
        return sample > rate ? grown(rate, sample, isProven ? provenStep(rate, sample) : UNPROVEN_STEP) : rate;
    }

    /**
     * Of a path that is full already, sending {@code gain} times as much as before brings {@code gain / (1 + (gain - 1) *
     * part)} times as much, where {@code part} is this flow's own. If it is nearly all, what came is what the path carries.
     */
    private double provenStep(double rate, double sample) {
        double part = (gain * rate / sample - 1) / (gain - 1);
        double alone = Math.max(0, Math.min(1, (part - NEARLY_ALONE) / (1 - NEARLY_ALONE)));
        return PROVEN_STEP + (UNPROVEN_STEP - PROVEN_STEP) * alone;
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
