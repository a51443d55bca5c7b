package io.parcelnode.udt.congestion;

import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Sends at the rate that the path carries and keeps its queue short: a model of the path (after draft-ietf-ccwg-bbr,
 * version 3) in place of reactions to loss.
 *
 * <p>Two numbers are the model: the rate and the least round trip time. The rate is found by doubling, tried from time to
 * time by sending a little faster, and given way with when a queue stands ({@link StandingQueue}). Loss without a queue
 * is the path's own and costs no more than the packets that it takes ({@link PathLoss}). A queue that stands although
 * this flow gives way is somebody else's; then the flow competes with the window that CUBIC would have
 * ({@link CubicWindow}) until the queue ends. Owned by one connection; not thread-safe.
 *
 * <p>Where this differs from the draft: the rate is one number that probes raise and queues lower, not a maximum over the
 * last rounds, since maxima of flows that share a path add up to more than the path; gains of probes depend on the round
 * trip time, so that a probe makes a queue of some milliseconds and not of a quarter of a long round trip; loss counts
 * only beyond what the path usually loses.
 */
public final class Bbr implements CongestionControl {
    private enum Phase {
        /** Doubles each round trip until a queue builds or the rate grows no more. */
        STARTUP,
        /** Lets the queue that this or a probe has built run off. */
        DRAIN,
        /** Sends at the rate of the model and gives way to a standing queue. */
        CRUISE,
        /** Sends faster to see whether the path carries more. */
        UP,
        /** Nearly stops to see the path without any queue. */
        PROBE_RTT,
        /** Holds its own beside those who fill the queue. */
        COMPETE
    }

    private static final int WINDOW_MIN_PACKETS = 4;
    private static final double WINDOW_GAIN = 2;
    private static final double STARTUP_GAIN = 2.77;
    private static final double DRAIN_GAIN = 0.5;
    private static final int DRAIN_ROUNDS_MAX = 6;
    /** More than the window allows in a round trip, so that the window and not the pacing decides. */
    private static final double COMPETE_GAIN = 1.2;
    /** Pacing below the measured rate keeps rounding and jitter from building a queue. */
    private static final double PACING_SHARE = 0.997;

    private static final int RTT_SAMPLES_MIN = 8;
    private static final long PAUSE_NS = 25_000_000;

    private static final double UP_GAIN_MIN = 1.05;
    private static final double UP_GAIN_FIRST_MAX = 1.25;
    /** A probe that finds room even so goes on as a start-up. */
    private static final double UP_GAIN_MAX = 1.5;

    private static final int UP_STEPS_SMALL = 3;
    private static final int UP_ROUNDS_MAX = 4;
    private static final long UP_QUEUE_NS = 8_000_000;
    private static final long UP_QUEUE_TOLERATED_NS = 2_000_000;
    /** A flow takes little of what a probe of a full path brings, for others have given way to the probe. */
    private static final double PROVEN_STEP = 0.05;

    private static final double UNPROVEN_STEP = 0.5;

    private static final int CRUISE_ROUNDS_MIN = 2;
    private static final long CRUISE_MIN_NS = 1_500_000_000;
    private static final long CRUISE_SPREAD_NS = 1_000_000_000;
    private static final long PROBE_RTT_EVERY_NS = 5_000_000_000L;
    private static final long PROBE_RTT_NS = 200_000_000;
    /** A queue that stood for somebody else and ended by chance will stand again. */
    private static final long COMPETITOR_REMEMBERED_NS = 5_000_000_000L;

    private final LongSupplier minimumRttNs;
    private final long ackIntervalNs;
    private final RandomGenerator random;
    private final Round round = new Round();
    private final PathLoss pathLoss = new PathLoss();
    private final StartUp startUp = new StartUp();
    private final StandingQueue standing = new StandingQueue();
    private final CubicWindow cubic = new CubicWindow();
    private final Growth growth = new Growth();

    private Phase phase = Phase.STARTUP;
    private long phaseStartNs;
    private long phaseRounds;
    private long cruiseNs;
    private long probeRttMaxNs;
    private double window = StartUp.WINDOW_MIN_PACKETS;
    private double windowBeforeProbeRtt;
    private long minimumSeenNs;

    /** Packets per second that may be sent: what arrives and what the path loses. 0 while unknown. */
    private double rate;
    /** Whether the last look for more ended because the path was full, and not for want of evidence. */
    private boolean rateProven;
    /** Whether the next look should step carefully. */
    private boolean seemsFull;

    private double upGain;
    private int upSteps;
    /** Whether the queue is somebody else's, as far as we know. */
    private boolean competes;

    private long competedNs = Long.MIN_VALUE / 2;
    private int roundsSinceCut;

    /**
     * @param minimumRttNs least round trip time of the last seconds, 0 while unknown
     * @param ackIntervalNs longest time that the peer takes to tell of an arrival
     */
    public Bbr(LongSupplier minimumRttNs, long ackIntervalNs, RandomGenerator random) {
        this.minimumRttNs = minimumRttNs;
        this.ackIntervalNs = ackIntervalNs;
        this.random = random;
    }

    @Override
    public double sendPeriodNs() {
        if (phase == Phase.COMPETE) {
            return round.smoothRttNs() / (COMPETE_GAIN * cubic.packets());
        }
        double periodNs = rate == 0 ? StartUp.PERIOD_MAX_NS : 1e9 / (rate * pacingGain() * PACING_SHARE);
        return phase == Phase.STARTUP ? Math.min(periodNs, StartUp.periodNs(minimumRttNs.getAsLong())) : periodNs;
    }

    @Override
    public int windowPackets() {
        return (int) Math.max(WINDOW_MIN_PACKETS, Math.min(window, Integer.MAX_VALUE));
    }

    @Override
    public void onDelivered(Delivery delivery) {
        long least = minimumRttNs.getAsLong();
        if (delivery.rttNs > 0 && delivery.rttNs <= least + Math.max(least / 32, StandingQueue.TARGET_MIN_NS / 2)) {
            minimumSeenNs = delivery.nowNs;
        }
        round.onDelivered(delivery);
        if (phase == Phase.STARTUP) {
            rate = Math.max(rate, delivery.ratePacketsPerSecond / (1 - pathLoss.share()));
        }
        if (delivery.totalPacketsWhenSent >= round.endPackets() && round.durationNs(delivery.nowNs) >= least) {
            phaseRounds++;
            onRound(delivery);
            round.next(delivery);
        } else {
            duringRound(delivery);
        }
        setWindow(delivery);
    }

    @Override
    public void onLoss(long nowNs, long firstLostPacket, int packets) {
        round.onLoss(packets);
    }

    /** Silence says nothing about the path's rate: the model stands, and probes go on. */
    @Override
    public void onTimeout(long nowNs) {
        round.onSilence();
    }

    private void onRound(Delivery delivery) {
        boolean queued = round.rttSamples() > 0 && queueNs() > signNs();
        boolean excess = pathLoss.isCongestion(round, queued);
        if (excess && queued) {
            standing.onOverflow(delivery.nowNs, queueNs());
        }
        // What is found lost in the first round of a phase was sent in the one before.
        if (phase == Phase.CRUISE && phaseRounds > 1 && !queued && round.rttSamples() > 0 && !round.wasSilent()) {
            pathLoss.onClearRound(round);
        } else if (phase == Phase.STARTUP) {
            pathLoss.onStartUpRound(round);
        }
        switch (phase) {
            case STARTUP -> {
                StartUp.Verdict verdict = startUp.onRound(rate, pathLoss.share(), round, delivery.isApplicationLimited);
                boolean delayed = isDelayed() && !delivery.isApplicationLimited;
                if (delayed || verdict != StartUp.Verdict.GROWS) {
                    leaveStartUp(delivery, verdict != StartUp.Verdict.SLOW);
                }
            }
            case DRAIN -> checkDrained(delivery);
            case CRUISE -> cruise(delivery, excess);
            case UP -> checkUp(delivery, excess);
            case PROBE_RTT -> checkProbeRtt(delivery);
            case COMPETE -> compete(delivery, excess);
        }
    }

    /** What need not wait for the end of a round. */
    private void duringRound(Delivery delivery) {
        switch (phase) {
            case STARTUP -> {
                if (tells(delivery) && isDelayed() && !delivery.isApplicationLimited) {
                    leaveStartUp(delivery, true);
                }
            }
            case DRAIN -> checkDrained(delivery);
            case UP -> {
                if (phaseRounds >= 1
                        && tells(delivery)
                        && queueNs() > queueTargetNs(delivery.nowNs) + UP_QUEUE_TOLERATED_NS) {
                    endUp(delivery, true);
                }
            }
            case CRUISE, PROBE_RTT, COMPETE -> {}
        }
    }

    /** Whether this round has seen enough already: one pause of a processor delays many answers at once. */
    private boolean tells(Delivery delivery) {
        long enoughNs = Math.max(PAUSE_NS, minimumRttNs.getAsLong() / 4);
        return round.rttSamples() >= RTT_SAMPLES_MIN && round.durationNs(delivery.nowNs) >= enoughNs;
    }

    /** HyStart's sign of a queue (RFC 9406). */
    private boolean isDelayed() {
        long riseNs = Math.max(4_000_000, Math.min(minimumRttNs.getAsLong() / 8, 16_000_000));
        return phaseRounds > 1 && round.rttSamples() >= RTT_SAMPLES_MIN && queueNs() > riseNs + round.noiseNs();
    }

    /**
     * A single sign may have been an accident of either end's processor: a probe soon tells.
     *
     * @param isFull whether there was one, a queue or a flood, and not just no growth
     */
    private void leaveStartUp(Delivery delivery, boolean isFull) {
        rateProven = false;
        seemsFull = isFull;
        enter(Phase.DRAIN, delivery);
    }

    private void checkDrained(Delivery delivery) {
        if (delivery.inFlightPackets <= bdpPackets() || phaseRounds >= DRAIN_ROUNDS_MAX) {
            enter(Phase.CRUISE, delivery);
        }
    }

    private void cruise(Delivery delivery, boolean excess) {
        long targetNs = queueTargetNs(delivery.nowNs);
        if (round.rttSamples() > 0 && queueNs() > targetNs) {
            double own = growth.taken(delivery.nowNs, rate);
            rate = standing.giveWay(delivery.nowNs, queueNs(), targetNs, own, round, pathLoss);
            boolean suspected = delivery.nowNs - competedNs < COMPETITOR_REMEMBERED_NS;
            if (standing.isInVain(delivery.nowNs, suspected)) {
                enter(Phase.COMPETE, delivery);
            }
            return;
        }
        standing.end();
        if (excess) {
            rate *= StandingQueue.EXCESS_CUT;
        }
        if (delivery.nowNs - minimumSeenNs > PROBE_RTT_EVERY_NS) {
            enter(Phase.PROBE_RTT, delivery);
        } else if (phaseRounds > CRUISE_ROUNDS_MIN && delivery.nowNs - phaseStartNs > cruiseNs) {
            enter(Phase.UP, delivery);
        }
    }

    /** Goes on as long as sending faster gets more through. */
    private void checkUp(Delivery delivery, boolean excess) {
        if (phaseRounds < 2) {
            return;
        }
        double sample = pathLoss.sentPerSecond(round, delivery.nowNs);
        if (excess || round.rttSamples() > 0 && queueNs() > queueTargetNs(delivery.nowNs)) {
            endUp(delivery, true);
        } else if (sample >= rate * (1 + (upGain - 1) / 2)) {
            // What comes through a queue comes at the cost of others: the nearer it is to the limit, the less of it
            // counts.
            rate += (Math.min(sample, rate * upGain) - rate) * room(queueTargetNs(delivery.nowNs));
            if (upGain >= UP_GAIN_MAX) {
                startUp.again(rate);
                enter(Phase.STARTUP, delivery);
            } else {
                upGain = ++upSteps < UP_STEPS_SMALL ? upGain : Math.min(UP_GAIN_MAX, 1 + 2 * (upGain - 1));
                phaseRounds = 0;
            }
        } else if (phaseRounds >= UP_ROUNDS_MAX) {
            endUp(delivery, false);
        }
    }

    private void endUp(Delivery delivery, boolean full) {
        double sample = pathLoss.sentPerSecond(round, delivery.nowNs);
        if (full && sample > rate) {
            rate += (Math.min(sample, rate * upGain) - rate) * (rateProven ? PROVEN_STEP : UNPROVEN_STEP);
        } else if (!full) {
            rate = Math.min(rate, Math.max(sample, rate * StandingQueue.EXCESS_CUT));
        }
        // One verdict may be an accident, two are not.
        rateProven = full && seemsFull;
        seemsFull = full;
        enter(Phase.DRAIN, delivery);
    }

    private void checkProbeRtt(Delivery delivery) {
        long inPhaseNs = delivery.nowNs - phaseStartNs;
        boolean clear = queueNs() <= queueTargetNs(delivery.nowNs);
        if (inPhaseNs > PROBE_RTT_NS && (clear || !competes || inPhaseNs > probeRttMaxNs)) {
            minimumSeenNs = delivery.nowNs;
            window = Math.max(window, windowBeforeProbeRtt);
            enter(competes && !clear ? Phase.COMPETE : Phase.CRUISE, delivery);
        }
    }

    private void compete(Delivery delivery, boolean excess) {
        double sample = pathLoss.sentPerSecond(round, delivery.nowNs);
        if (queueNs() <= queueTargetNs(delivery.nowNs)) {
            competedNs = delivery.nowNs;
            rate = Math.max(sample, cubic.packets() * 1e9 / round.smoothRttNs() / 2);
            enter(Phase.CRUISE, delivery);
            return;
        }
        cubic.onRound(delivery.nowNs, round.smoothRttNs());
        roundsSinceCut++;
        if (excess && roundsSinceCut > 1) {
            // What the next round finds lost was sent before this cut.
            cubic.onLoss(delivery.nowNs);
            roundsSinceCut = 0;
        }
        if (delivery.nowNs - minimumSeenNs > PROBE_RTT_EVERY_NS) {
            // Flows of our kind saw the path empty at the same moment, so all of them do this now, and the queue ends.
            rate = sample;
            enter(Phase.PROBE_RTT, delivery);
        }
    }

    private void enter(Phase next, Delivery delivery) {
        switch (next) {
            case CRUISE -> {
                if (phase == Phase.DRAIN) {
                    growth.onProbeDrained(delivery.nowNs);
                }
                cruiseNs = rateProven ? CRUISE_MIN_NS + (long) (random.nextDouble() * CRUISE_SPREAD_NS) : 0;
                standing.end();
                competes = false;
            }
            case UP -> {
                growth.onProbe(rate);
                long targetNs = queueTargetNs(delivery.nowNs);
                double share = (double) (targetNs + UP_QUEUE_NS) / Math.max(1, minimumRttNs.getAsLong());
                // Where nothing has shown yet that the path is full, small steps would only take long.
                double most = (seemsFull ? Math.min(UP_GAIN_FIRST_MAX - 1, share) : UP_GAIN_FIRST_MAX - 1);
                upGain = Math.max(UP_GAIN_MIN, 1 + most * room(targetNs));
                upSteps = seemsFull ? 0 : UP_STEPS_SMALL;
            }
            case PROBE_RTT -> {
                windowBeforeProbeRtt = window;
                // Others need a round trip to notice the same, and another to let their part of the queue run off.
                probeRttMaxNs = PROBE_RTT_NS + 2 * (long) round.smoothRttNs();
            }
            case COMPETE -> {
                double before = Math.max(rate, standing.rateBefore()) * round.smoothRttNs() / 1e9;
                cubic.start(delivery.nowNs, competes ? cubic.packets() : before);
                competes = true;
                rateProven = true;
            }
            case STARTUP, DRAIN -> {}
        }
        phase = next;
        phaseStartNs = delivery.nowNs;
        phaseRounds = 0;
        round.next(delivery);
    }

    private void setWindow(Delivery delivery) {
        switch (phase) {
            case PROBE_RTT -> window = Math.min(window, Math.max(WINDOW_MIN_PACKETS, bdpPackets() / 2));
            case COMPETE -> window = cubic.packets();
            case STARTUP, DRAIN, CRUISE, UP -> {
                double spare = rate * ackIntervalNs / 1e9 + StartUp.WINDOW_MIN_PACKETS / 2.0;
                double most = Math.max(WINDOW_GAIN * bdpPackets() + spare, StartUp.WINDOW_MIN_PACKETS);
                window = Math.min(window + delivery.packets, most);
                if (phase == Phase.STARTUP) {
                    window = Math.max(window, StartUp.windowPackets(minimumRttNs.getAsLong()));
                }
            }
        }
    }

    private double pacingGain() {
        return switch (phase) {
            case STARTUP -> STARTUP_GAIN;
            case DRAIN -> DRAIN_GAIN;
            case UP -> upGain;
            case CRUISE -> standing.gain();
            case PROBE_RTT, COMPETE -> 1;
        };
    }

    private double bdpPackets() {
        return rate * minimumRttNs.getAsLong() / 1e9;
    }

    /** The queue that stood for the whole round so far. */
    private long queueNs() {
        return round.rttNs() - minimumRttNs.getAsLong();
    }

    /** 1 without a queue, 0 with one as long as this flow lets it become. */
    private double room(long targetNs) {
        return round.rttSamples() == 0 ? 1 : Math.max(0, Math.min(1, 1 - (double) queueNs() / targetNs));
    }

    private long signNs() {
        return standing.signNs(rate, minimumRttNs.getAsLong(), round);
    }

    private long queueTargetNs(long nowNs) {
        return standing.limitNs(nowNs, rate, signNs());
    }
}
